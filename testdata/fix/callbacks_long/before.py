import asyncio


async def work(n=0): ...


async def main():
    loop = asyncio.get_running_loop()
    loop.call_soon(
        lambda: asyncio.create_task(work(19), name="".join([x for x in "abc"]))
    )
    loop.call_soon(
        lambda: asyncio.create_task(work(19), name="".join([x for x in "abc"])),
        context=None,
    )
    loop.call_soon(lambda: asyncio.create_task(work(19), name="a name of some length"))
