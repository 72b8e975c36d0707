import asyncio

loop = asyncio.new_event_loop()


async def work(n=0): ...


loop.create_task(work())
loop.create_task(work(1)).add_done_callback(print)
for i in range(3):
    loop.create_task(work(i))
loop.run_forever()
