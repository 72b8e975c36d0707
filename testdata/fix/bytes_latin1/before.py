# -*- coding: latin-1 -*-
import asyncio

async def f(x):
    asyncio.create_task(x("éè")).add_done_callback(x) # é
    print(asyncio.create_task(x("é")))
