"""No imports of the project at all."""

from app.background import keep_task


class Job: ...


async def work(): ...


def soon(loop):
    import asyncio

    asyncio.get_running_loop().call_soon(lambda: keep_task(asyncio.create_task(work())))
