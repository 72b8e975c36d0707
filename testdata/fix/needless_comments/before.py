import asyncio


async def work() -> None:
    await asyncio.sleep(1)


async def comments(flag: bool) -> None:
    a = asyncio.create_task(work())  # noqa: F841
    b = asyncio.create_task(work())  # noqa: F841, E501
    c = asyncio.create_task(work())  # noqa: E501, F841 - on purpose
    d = asyncio.create_task(work())  # pylint: disable=unused-variable
    asyncio.create_task(work())  # type: ignore[unused-awaitable]
    asyncio.create_task(work())  # type: ignore[unused-awaitable, misc]  # see above
    asyncio.create_task(work())  # pyright: ignore[reportUnusedCallResult]
    # noinspection PyAsyncCall
    asyncio.create_task(work())
    # noinspection PyAsyncCall,PyUnresolvedReferences
    asyncio.create_task(work())
    flag and asyncio.create_task(work())  # noqa: B018  # pylint: disable=W0106
    e = f = asyncio.create_task(work())  # noqa: F841
    g, h = asyncio.create_task(work()), 1  # noqa: F841
    asyncio.create_task(work())  # type: ignore
    asyncio.create_task(  # type: ignore[unused-awaitable]
        work(),
    )
