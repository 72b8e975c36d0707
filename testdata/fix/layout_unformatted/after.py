import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(*names): ...

def one(x):
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return(print(task ))

def two(x):
    task = asyncio.create_task(work(1,2 ))
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return  print( task ) or  1,
