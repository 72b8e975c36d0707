import asyncio


async def work(): ...


loop = asyncio.new_event_loop()
loop.create_task(work())
loop.run_forever()
