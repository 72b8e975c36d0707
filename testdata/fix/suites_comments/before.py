import asyncio


async def work(): ...


def start(flag):
    if flag: asyncio.create_task(work())  # pragma: no cover
    if flag: asyncio.create_task(work())  # noqa: E701
    print(flag); asyncio.create_task(work())  # noqa: E702
    if flag: asyncio.create_task(work())  # noqa: E701, E501
    if flag: print(asyncio.create_task(work()))  # noqa: E701
    if flag: print(flag); asyncio.create_task(work())  # pragma: no cover
    if flag: asyncio.create_task(work())  # what it is for
    else: asyncio.create_task(work())  # pragma: no cover
