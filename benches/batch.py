"""Measures `undangle batch run`: what a repository costs, and how that grows.

    python benches/batch.py PROGRAM [--many 200 2000] [--files 100000] [--jobs 1 2 4]

Prints for each number of small bare repositories the wall time, the processor time of undangle and of git, and the peak memory of undangle,
for each repository; then the same for one repository with many files.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

CODE = "import asyncio\n\n\nasync def main():\n    asyncio.create_task(main())\n"
PLAIN = "def add(left, right):\n    return left + right\n"
TICKS = os.sysconf("SC_CLK_TCK")
IDENTITY = ["-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "gc.auto=0"]


def bare(folder: Path, files: dict[str, str]) -> None:
    """A bare repository with one commit."""
    work = folder.with_suffix(".work")
    for name, text in files.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "code"]):
        subprocess.run(["git", *IDENTITY, *command], cwd=work, check=True)
    subprocess.run(["git", "clone", "-q", "--bare", work, folder], check=True)
    shutil.rmtree(work)


def measured(command: list[str]) -> tuple[float, float, float, float]:
    """Seconds of wall time, of the program's processor time and of that of its children, and its peak memory in MB."""
    started = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    own = children = 0.0
    peak = 0
    while process.poll() is None:
        try:
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            times = [int(field) / TICKS for field in fields[11:15]]
            own, children = sum(times[:2]), sum(times[2:])
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak = max(peak, *(int(l.split()[1]) for l in status.splitlines() if "VmHWM" in l), 0)
        except (FileNotFoundError, ProcessLookupError, IndexError):
            break
        time.sleep(0.01)
    if process.wait():
        raise SystemExit(f"{command} ends with {process.returncode}")
    return time.monotonic() - started, own, children, peak / 1024


def row(name: str, count: int, wall: float, own: float, children: float, peak: float) -> None:
    each = [f"{1000 * seconds / count:9.1f}" for seconds in (wall, own, children)]
    print(f"{name:<28} {wall:8.1f} {'  '.join(each)}  {peak:8.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--many", type=int, nargs="*", default=[200, 2000])
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--jobs", type=int, nargs="*", default=[1, 2, 4])
    args = parser.parse_args()
    program = os.path.realpath(args.program)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = {f"pkg/m{n}.py": PLAIN for n in range(20)} | {"pkg/app.py": CODE}
        bare(root / "template", files)
        print(f"{'':28} {'wall s':>8} {'wall ms':>9}  {'undangle':>9}  {'git':>9}  {'peak MB':>8}   (each)")
        for count in args.many:
            source = root / f"many{count}"
            for n in range(count):
                shutil.copytree(root / "template", source / f"r{n}")
            for jobs in args.jobs:
                out = root / "out"
                run = [program, "batch", "run", source, "--out", out, "--jobs", str(jobs)]
                row(f"{count} small, --jobs {jobs}", count, *measured([*run, "--drop-clones"]))
                shutil.rmtree(out)
            shutil.rmtree(source)
        if args.files:
            files = {f"p{n // 100}/m{n}.py": PLAIN for n in range(args.files)} | {"app.py": CODE}
            bare(root / "huge" / "r", files)
            run = [program, "batch", "run", root / "huge", "--out", root / "out", "--jobs", "1"]
            row(f"one with {args.files} files", 1, *measured([*run, "--drop-clones"]))


if __name__ == "__main__":
    main()
