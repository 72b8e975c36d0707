#!/usr/bin/env python3
"""How time and memory grow with a file, its sites, and the files or packages of a tree: each size beside the one before.

It needs CPython 3.11 on Linux and an undangle built by `cargo build --release`:

    python3 benches/scale.py [--files 1000000] [PATH-OF-UNDANGLE]
"""

import argparse
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

FUNCTION = """

async def function_{number}(items, flag=False):
    total = len(items) + {number}
    for item in items:
        if flag and item > total:
            {call}(item)
    return total
"""
PACKAGE = {
    "__init__.py": "from .jobs import spawn\n",
    "jobs.py": """import asyncio


class Service_{number}:
    def start(self):
        self.task = asyncio.create_task(self.run())

    async def run(self):
        await asyncio.sleep({number})


def spawn(coroutine):
    return asyncio.create_task(coroutine)
""",
    "app.py": """from package_{number} import spawn
from package_{number}.jobs import Service_{number}


async def main():
    service = Service_{number}()
    service.start()
    spawn(service.run())
""",
}
# No file of a tree has more hard links than common file systems bear.
LINKS = 30_000


def function(number: int, has_site: bool) -> str:
    call = "asyncio.create_task" if has_site else "await asyncio.sleep"
    return FUNCTION.format(number=number, call=call)


def of_bytes(folder: Path, size: int) -> None:
    """One file of so many bytes; a function in a thousand has a site."""
    written = number = 0
    with (folder / "large.py").open("w", encoding="utf-8") as file:
        written += file.write("import asyncio\n")
        while written < size:
            written += file.write(function(number, number % 1000 == 0))
            number += 1


def of_sites(folder: Path, count: int) -> None:
    """One file of so many functions, each with a site."""
    with (folder / "sites.py").open("w", encoding="utf-8") as file:
        file.write("import asyncio\n")
        file.writelines(function(number, True) for number in range(count))


def of_lines(folder: Path, count: int) -> None:
    """One function of so many sites."""
    with (folder / "lines.py").open("w", encoding="utf-8") as file:
        file.write("import asyncio\n\n\nasync def main():\n")
        file.writelines(
            f"    asyncio.create_task(work({number}))\n" for number in range(count)
        )


def of_files(folder: Path, count: int) -> None:
    """A tree of so many small files, hard links of a few; one in a hundred has a site."""
    texts = [function(number, False) for number in range(99)]
    texts.append("import asyncio\n" + function(99, True))
    originals: dict[int, Path] = {}
    for number in range(count):
        package = folder / "tree" / f"package_{number // 1000}"
        if number % 1000 == 0:
            package.mkdir(parents=True)
        kind = number % len(texts)
        if number // len(texts) % LINKS == 0:
            originals[kind] = folder / f"original_{number}.txt"
            originals[kind].write_text(texts[kind], encoding="utf-8")
        os.link(originals[kind], package / f"module_{number}.py")


def of_packages(folder: Path, count: int) -> None:
    """So many packages of three small files, each with a wrapper and its caller."""
    for number in range(count):
        package = folder / f"repository_{number // 1000}" / f"package_{number}"
        package.mkdir(parents=True)
        for name, text in PACKAGE.items():
            written = text.replace("{number}", str(number))
            (package / name).write_text(written, encoding="utf-8")


def measured(undangle: str, command: str, folder: Path) -> tuple[float, float]:
    """The seconds of processor time and the peak in MB of one run."""
    arguments = [undangle, command, "--quiet", "--no-cache", "--no-config", folder]
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(
            f"{undangle} {command} failed: {os.waitstatus_to_exitcode(status)}"
        )
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def rows(
    undangle: str,
    make: Callable[[Path, int], None],
    sizes: list[int],
    commands: list[str],
) -> Iterator[str]:
    before: dict[str, tuple[float, float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make(folder, size)
            for command in commands:
                seconds, peak = measured(undangle, command, folder)
                growth = "| |"
                if command in before:
                    growth = f"{seconds / before[command][0]:.2f} | {peak / before[command][1]:.2f} |"
                before[command] = (seconds, peak)
                yield f"| `{command}` | {size:,} | {seconds:.2f} s | {peak:.0f} MB | {growth}"


def main() -> None:
    release = Path(__file__).parent.parent / "target" / "release" / "undangle"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("undangle", nargs="?", default=str(release))
    parser.add_argument(
        "--files", type=int, default=100_000, help="files of the largest tree"
    )
    parser.add_argument(
        "--packages", type=int, default=16_000, help="packages of the largest tree"
    )
    options = parser.parse_args()
    undangle = str(Path(options.undangle).resolve())
    both = ["check", "diff"]
    cases = [
        ("bytes in one file", of_bytes, [12_500_000, 25_000_000, 50_000_000], both),
        (
            "functions with a site in one file",
            of_sites,
            [25_000, 50_000, 100_000],
            both,
        ),
        ("sites in one function", of_lines, [2_500, 5_000, 10_000], both),
        (
            "files in a tree",
            of_files,
            [options.files // 100, options.files // 10, options.files],
            both,
        ),
        (
            "packages in a tree",
            of_packages,
            [options.packages // 16, options.packages // 4, options.packages],
            ["check"],
        ),
    ]
    for what, make, sizes, commands in cases:
        print(
            f"\n| command | {what} | processor time | peak | time to the size before | peak to it |"
        )
        print("|---|---|---|---|---|---|")
        for row in rows(undangle, make, sizes, commands):
            print(row, flush=True)


if __name__ == "__main__":
    started = time.monotonic()
    main()
    print(f"\n{time.monotonic() - started:.0f} seconds in all")
