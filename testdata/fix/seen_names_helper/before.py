import asyncio


async def f(x, y):
    asyncio.create_task(x())
    print(locals())



def m(x):
    asyncio.create_task(x())
    return dir()
