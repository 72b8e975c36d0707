import asyncio


class Ticker:
    def __init__(self, loop):
        self.loop = loop
        self.is_open = True

    def start(self):
        asyncio.create_task(self._run())

    def start_on_loop(self):
        asyncio.run_coroutine_threadsafe(self._follow(), self.loop)

    def start_flagged(self):
        asyncio.create_task(self._poll(), name="poll")

    def start_once(self):
        asyncio.create_task(self._refresh())

    def start_reading(self, reader):
        asyncio.create_task(self._read(reader))

    def start_function(self):
        asyncio.create_task(run_for_good())

    async def _run(self):
        while True:
            await self._refresh()

    async def _poll(self):
        while self.is_open:
            await self._refresh()

    async def _follow(self):
        await self._run()

    async def _read(self, reader):
        while True:
            if not await reader.read():
                break
        async for _ in reader:
            await self._refresh()

    async def _refresh(self):
        for _ in range(3):
            await asyncio.sleep(1)


async def run_for_good():
    while True:
        await asyncio.sleep(1)
