import asyncio


async def work() -> None:
    await asyncio.sleep(1)


async def main() -> None:
    asyncio.create_task(work()) \

    print("a")
    asyncio.create_task(work())


async def chained(print_it) -> None:
    asyncio.create_task(work()) \
        .add_done_callback(print_it)
    asyncio.create_task(work()) \
        .get_coro() \
        .throw(ValueError)
