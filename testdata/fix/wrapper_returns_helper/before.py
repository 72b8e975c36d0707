import asyncio


def either(coro, other):
    return asyncio.create_task(coro) if coro else asyncio.create_task(other)


async def work():
    await asyncio.sleep(0)


async def main():
    either(None, work())
