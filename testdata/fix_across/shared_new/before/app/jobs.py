"""No imports of the project at all."""


class Job: ...


async def work(): ...


def soon(loop):
    import asyncio

    asyncio.get_running_loop().call_soon(lambda: asyncio.create_task(work()))
