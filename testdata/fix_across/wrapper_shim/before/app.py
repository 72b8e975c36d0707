from compat import create_task


async def work(): ...


async def start():
    create_task(work())
    task = create_task(work(), name="second")
    print(create_task(work()))
