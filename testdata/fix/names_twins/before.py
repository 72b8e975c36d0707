import asyncio


async def push(name: str) -> None:
    await asyncio.sleep(1)


async def clear() -> None:
    await asyncio.sleep(1)


async def count() -> int:
    return 1


async def same_function(kind: str) -> None:
    if kind == "a":
        asyncio.create_task(push("a"))
    elif kind == "b":
        asyncio.create_task(push("b"))
    else:
        asyncio.create_task(push("c"))
        asyncio.create_task(push("d"))


async def same_type(kind: str) -> None:
    if kind == "a":
        asyncio.create_task(push("a"))
    else:
        asyncio.create_task(clear())


async def another_type(kind: str) -> None:
    if kind == "a":
        asyncio.create_task(push("a"))
    else:
        asyncio.create_task(count())


async def not_exclusive(kind: str) -> None:
    if kind == "a":
        asyncio.create_task(push("a"))
    if kind != "b":
        asyncio.create_task(push("b"))


async def cases(kind: str) -> None:
    match kind:
        case "a":
            asyncio.create_task(push("a"))
        case _:
            asyncio.create_task(push("b"))
