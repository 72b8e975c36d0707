import asyncio


async def work(name: str) -> None:
    await asyncio.sleep(1)


async def main() -> None:
    asyncio.create_task(work("宽字符宽字符宽字符宽字符宽字符"), name="宽字符宽字符宽")
    asyncio.create_task(work("éàéàéàéàéàéàéàéàéàéàéàéàéàéàéà"), name="éàéàéàéàéàéàéà")
