import asyncio
import concurrent

THREADS: "concurrent.futures.ThreadPoolExecutor | None" = None


async def work() -> None:
    await asyncio.sleep(1)


def main(loop: asyncio.AbstractEventLoop) -> None:
    asyncio.run_coroutine_threadsafe(work(), loop)
