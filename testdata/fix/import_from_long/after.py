import typing
from asyncio import (
    AbstractEventLoop,
    Future,
    create_subprocess_exec,
    create_task,
    gather,
    wait,
)

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[Future[typing.Any]] = set()


async def f(x, loop: AbstractEventLoop):
    task = create_task(wait(x))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    future = gather(wait(x), wait(x))
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
