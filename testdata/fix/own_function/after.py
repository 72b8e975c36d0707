import asyncio
import logging

_BG_TASKS = set()


def _spawn_bg(coro, *, name=None):
    """Start a coroutine and keep its task."""
    task = asyncio.create_task(coro, name=name)
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)
    return task


async def work(n=0): ...


async def f(cb):
    _spawn_bg(work())
    _spawn_bg(work(), name="n")
    _spawn_bg(work()).add_done_callback(cb)
    _spawn_bg(
        work("a very long argument that fills the whole of the line, too long to join")
    )
    _spawn_bg(work("a not so very long argument that fits when it is joined"))
    _ = _spawn_bg(work())
    task = asyncio.ensure_future(work())
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)
    work_task = asyncio.create_task(work(), context=None)
    _BG_TASKS.add(work_task)
    work_task.add_done_callback(_BG_TASKS.discard)
    print(_spawn_bg(work()))
