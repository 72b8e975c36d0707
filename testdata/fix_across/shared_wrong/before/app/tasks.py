def note(task):
    print(task)


async def work(): ...
