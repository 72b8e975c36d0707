#!/usr/bin/env python3
"""How processor time grows with code of one shape: each shape is doubled four times.

It needs CPython 3.11 on Linux and an undangle; what counts are the ratios, so that a debug build will do:

    python3 benches/growth.py [--times 1] [PATH-OF-UNDANGLE] [SHAPE ...]

No ratio should be above 2.6. A shape is measured until one run takes longer than `--limit` seconds.
"""

import argparse
import os
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

DOUBLINGS = 4
WORST = 2.6
SITE = "asyncio.create_task(work())"


class Shape(NamedTuple):
    """Code of one shape, and the command whose time is measured."""

    name: str
    files: Callable[[int], Iterator[tuple[str, str]]]
    start: int
    command: tuple[str, ...] = ("check",)


def in_main(line: Callable[[int], str], before: str = "", after: str = ""):
    """One file of one function of so many lines."""

    def files(count: int) -> Iterator[tuple[str, str]]:
        lines = "".join(map(line, range(count)))
        text = (
            f"import asyncio\n\n\nasync def main(a, x, work):\n{before}{lines}{after}"
        )
        yield "main.py", text

    return files


def repeated(line: str, before: str = "", after: str = ""):
    return in_main(lambda number: line.replace("{i}", str(number)), before, after)


def at_top(line: str, before: str = "import asyncio\n", after: str = ""):
    """One file of so many lines, each of them on its own."""

    def files(count: int) -> Iterator[tuple[str, str]]:
        lines = "".join(line.replace("{i}", str(number)) for number in range(count))
        yield "main.py", before + lines + after

    return files


def chain(first: str, following: str):
    """So many modules, each of which wraps the one before it."""

    def files(count: int) -> Iterator[tuple[str, str]]:
        yield "m0.py", first
        for number in range(1, count):
            names = {"{i}": str(number), "{before}": str(number - 1)}
            text = following
            for name, value in names.items():
                text = text.replace(name, value)
            yield f"m{number}.py", text

    return files


def modules(text: str, own: str = ""):
    def files(count: int) -> Iterator[tuple[str, str]]:
        if own:
            yield "own.py", own
        for number in range(count):
            yield f"m{number}.py", text.replace("{i}", str(number))

    return files


def importers(count: int) -> Iterator[tuple[str, str]]:
    """So many modules, each of which imports thirty others."""
    for number in range(count):
        others = [(number * 7 + other) % count for other in range(1, 31)]
        imports = "".join(
            f"from m{other} import spawn as s{other}\n" for other in others
        )
        body = "def spawn(c):\n    return asyncio.create_task(c)\n\n\n"
        use = "def run(work):\n" + "".join(
            f"    s{other}(work())\n" for other in others
        )
        yield f"m{number}.py", "import asyncio\n" + imports + body + use


DRAIN = """
async def close():
    for t in _tasks:
        t.cancel()
    await asyncio.gather(*_tasks, return_exceptions=True)
"""
TRACKER = "import asyncio\n\n_tasks = set()\n\n\nasync def main(work):\n"
KEPT = f"    t = {SITE}\n    _tasks.add(t)\n"
DISCARDED = KEPT + "    t.add_done_callback(_tasks.discard)\n"

SHAPES = [
    Shape(
        "getter",
        repeated(
            "    loop = asyncio.get_running_loop()\n    loop.create_task(work())\n"
        ),
        100,
    ),
    Shape(
        "getter-inline",
        repeated("    asyncio.get_event_loop().create_task(work())\n"),
        100,
    ),
    Shape("if-return", repeated(f"    if a == {{i}}:\n        return {SITE}\n"), 100),
    Shape(
        "elif",
        repeated(
            f"    elif x and {SITE}:\n        pass\n", "    if a:\n        pass\n"
        ),
        100,
    ),
    Shape(
        "elif-suites",
        repeated(
            f"    elif x == {{i}}:\n        {SITE}\n", "    if a:\n        pass\n"
        ),
        100,
    ),
    Shape("local-imports", repeated(f"    import asyncio\n    {SITE}\n"), 100),
    Shape(
        "local-from-imports",
        repeated("    from asyncio import create_task\n    create_task(work())\n"),
        100,
    ),
    Shape(
        "local-import-functions",
        at_top(f"def f{{i}}(work):\n    import asyncio\n    {SITE}\n", ""),
        100,
    ),
    Shape("tuple", repeated(f"        {SITE},\n", "    x = (\n", "    )\n"), 200),
    Shape("tuple-unused", repeated(f"        {SITE},\n", "    (\n", "    )\n"), 200),
    Shape("list", repeated(f"        {SITE},\n", "    x = [\n", "    ]\n"), 200),
    Shape("dict", repeated(f"        {{i}}: {SITE},\n", "    x = {\n", "    }\n"), 200),
    Shape("set", repeated(f"        {SITE},\n", "    x = {\n", "    }\n"), 200),
    Shape("f-string", repeated(f"{{{SITE}}}", '    x = f"', '"\n'), 200),
    Shape("arguments", repeated(f"        {SITE},\n", "    print(\n", "    )\n"), 200),
    Shape(
        "gather",
        repeated(f"        {SITE},\n", "    asyncio.gather(\n", "    )\n"),
        200,
    ),
    Shape("rebound", repeated(f"    t = {SITE}\n    print(t)\n"), 100),
    Shape(
        "rebound-once-read", repeated(f"    t = {SITE}\n", "", "    print(t)\n"), 100
    ),
    Shape("tracked", at_top(KEPT, TRACKER), 125),
    Shape("tracked-discard", at_top(DISCARDED, TRACKER), 125),
    Shape(
        "tracked-drain",
        at_top(DISCARDED, TRACKER, DRAIN),
        125,
        ("diff", "--drain", "--log-exceptions", "--unsafe-fixes"),
    ),
    Shape(
        "tracked-logging",
        at_top(KEPT, TRACKER),
        125,
        ("diff", "--drain", "--log-exceptions", "--unsafe-fixes"),
    ),
    Shape("chained-names", repeated("t{i} = ", "    ", f"{SITE}\n"), 250),
    Shape("semicolons", repeated("a; ", "    ", f"{SITE}\n"), 500),
    Shape("semicolons-diff", repeated("a; ", "    ", f"{SITE}\n"), 500, ("diff",)),
    Shape("comments", repeated("    a()\n    # note\n", "", f"    {SITE}\n"), 500),
    Shape("comments-sites", repeated(f"    # note\n    {SITE}\n"), 200),
    Shape(
        "comment-block",
        at_top("# note\n", f"import asyncio\n\n\ndef main(work):\n    {SITE}\n"),
        500,
    ),
    Shape(
        "comment-block-indented",
        at_top(
            "    # note\n",
            f"import asyncio\n\n\ndef main(work):\n    if work:\n        {SITE}\n",
            "    work()\n",
        ),
        500,
    ),
    Shape("diff-statements", repeated(f"    {SITE}\n"), 200, ("diff",)),
    Shape("diff-rebound", repeated(f"    t = {SITE}\n"), 100, ("diff",)),
    Shape(
        "diff-rebound-read", repeated(f"    t = {SITE}\n    print(t)\n"), 100, ("diff",)
    ),
    Shape(
        "diff-try",
        repeated(f"    try:\n        {SITE}\n    except ValueError:\n        pass\n"),
        100,
        ("diff",),
    ),
    Shape("diff-while", repeated(f"    while a:\n        {SITE}\n"), 100, ("diff",)),
    Shape("diff-with", repeated(f"    with a:\n        {SITE}\n"), 100, ("diff",)),
    Shape("diff-del", repeated(f"    t = {SITE}\n    del t\n"), 100, ("diff",)),
    Shape("diff-if", repeated(f"    if a:\n        {SITE}\n"), 100, ("diff",)),
    Shape(
        "diff-lambdas", repeated(f"    x.call_soon(lambda: {SITE})\n"), 100, ("diff",)
    ),
    Shape(
        "audit-attribute",
        at_top(
            f"    def start{{i}}(self, work):\n        self.task = {SITE}\n\n",
            "import asyncio\n\n\nclass Server:\n",
        ),
        100,
        ("audit",),
    ),
    Shape(
        "audit-attribute-stop",
        at_top(
            f"    def start{{i}}(self, work):\n        self.task = {SITE}\n\n",
            "import asyncio\n\n\nclass Server:\n    def stop(self):\n        self.task.cancel()\n\n",
        ),
        100,
        ("audit",),
    ),
    Shape(
        "start-modules",
        modules(
            "from own import Server\n\n\ndef run(x: Server):\n    x.start()\n",
            f"import asyncio\n\n\nclass Server:\n    def start(self):\n        return {SITE.replace('work', 'self.run')}\n"
            "\n    async def run(self):\n        pass\n",
        ),
        100,
    ),
    Shape(
        "start-modules-unknown",
        modules(
            "import asyncio\n\n\nclass Server{i}:\n    def start(self):\n        return asyncio.create_task(self.run())\n"
            "\n    async def run(self):\n        pass\n\n\ndef run(x):\n    x.start()\n",
        ),
        100,
    ),
    Shape("importers", importers, 100),
    Shape(
        "import-chain",
        chain(
            "import asyncio\n\n\ndef spawn0(c):\n    return asyncio.create_task(c)\n",
            "from m{before} import spawn{before}\n\n\ndef spawn{i}(c):\n    return spawn{before}(c)\n",
        ),
        25,
    ),
    Shape(
        "class-chain",
        chain(
            "import asyncio\n\n\nclass C0:\n    def spawn(self, c):\n        return asyncio.create_task(c)\n",
            "from m{before} import C{before}\n\n\nclass C{i}(C{before}):\n    def spawn(self, c):\n"
            "        return super().spawn(c)\n",
        ),
        25,
    ),
]


def seconds(undangle: str, shape: Shape, size: int, times: int) -> float:
    """The processor time of the fastest run, of one thread."""
    with tempfile.TemporaryDirectory() as name:
        for file, text in shape.files(size):
            (Path(name) / file).write_text(text, encoding="utf-8")
        return min(measured(undangle, shape, name) for _ in range(times))


def measured(undangle: str, shape: Shape, folder: str) -> float:
    arguments = [
        undangle,
        *shape.command,
        "--quiet",
        "--no-config",
        "--threads",
        "1",
        ".",
    ]
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(arguments, cwd=folder, stdout=nothing, stderr=nothing)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{' '.join(arguments)} failed for {shape.name}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    release = Path(__file__).parent.parent / "target" / "release" / "undangle"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("undangle", nargs="?", default=str(release))
    parser.add_argument("shapes", nargs="*", help="only these")
    parser.add_argument("--times", type=int, default=1, help="runs of each size")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds")
    options = parser.parse_args()
    undangle = str(Path(options.undangle).resolve())
    print(
        "| shape | command | largest | processor time | ratios |\n|---|---|---|---|---|"
    )
    for shape in SHAPES:
        if options.shapes and shape.name not in options.shapes:
            continue
        figures: list[float] = []
        size = shape.start
        for _ in range(DOUBLINGS + 1):
            figures.append(seconds(undangle, shape, size, options.times))
            if figures[-1] > options.limit:
                break
            size *= 2
        ratios = [after / before for before, after in zip(figures, figures[1:])]
        shown = " ".join(f"{ratio:.1f}" for ratio in ratios)
        mark = " worse" if max(ratios, default=0) > WORST else ""
        largest = shape.start * 2 ** (len(figures) - 1)
        row = f"| {shape.name} | `{shape.command[0]}` | {largest:,} | {figures[-1]:.2f} s | {shown}{mark} |"
        print(row, flush=True)


if __name__ == "__main__":
    main()
