"""What the probe of `undangle watch` costs for each task, in microseconds of processor time: `python benches/probe.py`.

Rounds with and without the probe take turns in one process, and the best of each count. It fails above the limit.
"""

import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

TASKS = 4_000
AT_ONCE = 100
ROUNDS = 50
LIMIT = 5.0


async def work() -> None:
    await asyncio.sleep(0)


async def measure() -> float:
    """Processor time of a task that suspends once, in microseconds."""
    start = time.process_time()
    for _ in range(TASKS // AT_ONCE):
        await asyncio.wait([asyncio.create_task(work()) for _ in range(AT_ONCE)])
    return (time.process_time() - start) / TASKS * 1e6


async def main() -> int:
    loop = type(asyncio.get_running_loop())
    with_probe = loop.create_task
    # The set that tasks are added to as they are made: of another name since CPython 3.12.
    names = ("_all_tasks", "_scheduled_tasks")
    known = next(name for name in names if hasattr(asyncio.tasks, name))
    tasks = vars(getattr(asyncio.tasks, known))
    add = tasks.get("add")
    plain, probed = [], []
    for _ in range(ROUNDS):
        loop.create_task = with_probe.__wrapped__
        if add:
            del tasks["add"]
        plain.append(await measure())
        loop.create_task = with_probe
        if add:
            tasks["add"] = add
        probed.append(await measure())
    cost = min(probed) - min(plain)
    print(f"{cost:.2f} µs a task ({min(probed):.2f} with the probe, {min(plain):.2f} without)")
    return cost > LIMIT


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent / "python/undangle/watch"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["UNDANGLE_WATCH"] = folder
        import undangle_probe

        undangle_probe.start()
        sys.exit(asyncio.run(main()))
