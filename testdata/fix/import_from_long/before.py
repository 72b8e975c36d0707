import typing
from asyncio import AbstractEventLoop, create_subprocess_exec, create_task, gather, wait


async def f(x, loop: AbstractEventLoop):
    create_task(wait(x))
    gather(wait(x), wait(x))
