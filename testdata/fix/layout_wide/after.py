import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(name: str) -> None:
    await asyncio.sleep(1)


async def main() -> None:
    task = asyncio.create_task(
        work("宽字符宽字符宽字符宽字符宽字符"), name="宽字符宽字符宽"
    )
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = asyncio.create_task(
        work("éàéàéàéàéàéàéàéàéàéàéàéàéàéàéà"), name="éàéàéàéàéàéàéà"
    )
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
