from asyncio import get_running_loop


async def work(item) -> None: ...


def submit(items):
    loop = get_running_loop()
    for item in items:
        print(items(), loop.create_task(work(item)))
