import asyncio


async def work(n=0): ...


async def poll():
    while True:
        await asyncio.sleep(1)


async def serves(server):
    asyncio.create_task(work())
    async with server:
        await server.serve_forever()


async def calls_a_loop():
    asyncio.create_task(work())
    await poll()


async def polls(queue):
    while True:
        item = await queue.get()
        asyncio.create_task(work(item))


async def listens(stream):
    async for item in stream:
        asyncio.create_task(work(item))


async def is_told(stop, flag):
    if flag:
        asyncio.create_task(work())
    while not stop.is_set():
        await asyncio.sleep(1)


async def logs(stop: asyncio.Event):
    print("started", asyncio.create_task(work()))
    await stop.wait()


def runs():
    loop = asyncio.new_event_loop()
    flag and loop.create_task(work())
    loop.run_forever()
