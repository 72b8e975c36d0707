import asyncio

async def f(x):
	if x: asyncio.create_task(x())
	x and asyncio.create_task(x())
	asyncio.create_task(
		x()
	).add_done_callback(x)
