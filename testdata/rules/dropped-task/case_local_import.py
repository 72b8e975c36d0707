"""asyncio imported inside functions only."""


async def work():
    pass


async def one():
    import asyncio

    asyncio.create_task(work())  # expect: UND001


async def two():
    from asyncio import create_task

    create_task(work())  # expect: UND001
