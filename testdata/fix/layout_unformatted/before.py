import asyncio

async def work(*names): ...

def one(x):
    return(print(asyncio.create_task(
      work()) ))

def two(x):
    return  print( asyncio.create_task(work(
      1,2 )) ) or  1,
