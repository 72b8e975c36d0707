import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def push(name: str) -> None:
    await asyncio.sleep(1)


async def clear() -> None:
    await asyncio.sleep(1)


async def count() -> int:
    return 1


async def same_function(kind: str) -> None:
    if kind == "a":
        task = asyncio.create_task(push("a"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    elif kind == "b":
        task = asyncio.create_task(push("b"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        task = asyncio.create_task(push("c"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        push_task = asyncio.create_task(push("d"))
        _background_tasks.add(push_task)
        push_task.add_done_callback(_background_tasks.discard)


async def same_type(kind: str) -> None:
    if kind == "a":
        task = asyncio.create_task(push("a"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        task = asyncio.create_task(clear())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


async def another_type(kind: str) -> None:
    if kind == "a":
        task = asyncio.create_task(push("a"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    else:
        count_task = asyncio.create_task(count())
        _background_tasks.add(count_task)
        count_task.add_done_callback(_background_tasks.discard)


async def not_exclusive(kind: str) -> None:
    if kind == "a":
        task = asyncio.create_task(push("a"))
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
    if kind != "b":
        push_task = asyncio.create_task(push("b"))
        _background_tasks.add(push_task)
        push_task.add_done_callback(_background_tasks.discard)


async def cases(kind: str) -> None:
    match kind:
        case "a":
            task = asyncio.create_task(push("a"))
            _background_tasks.add(task)
            task.add_done_callback(_background_tasks.discard)
        case _:
            task = asyncio.create_task(push("b"))
            _background_tasks.add(task)
            task.add_done_callback(_background_tasks.discard)
