import asyncio


async def work(name: str, number: int = 0) -> None: ...


async def start() -> None:
    asyncio.create_task(work(1, 2))  # type: ignore[arg-type]
    asyncio.create_task(work(1000000000, 2000000000, 3000000000))  # type: ignore[arg-type]
    asyncio.create_task(
        work(1)  # type: ignore[arg-type]
    )
