import asyncio


class Bridge:
    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.worker = None

    def close(self):
        asyncio.run_coroutine_threadsafe(self._shutdown(), self.loop)

    def close_politely(self):
        asyncio.run_coroutine_threadsafe(self._say_goodbye(), self.loop)

    def on_signal(self):
        coroutine = self._shutdown()
        self.loop.create_task(coroutine)

    def on_other_signal(self):
        self.loop.call_soon(self.loop.create_task, self._shutdown())

    def both(self):
        asyncio.gather(self._say_goodbye(), stop_soon(1), loop=self.loop)

    def rest(self):
        asyncio.run_coroutine_threadsafe(self._rest(), self.loop)

    def later(self):
        self.loop.create_task(self._stop_later())

    async def _shutdown(self):
        await self._say_goodbye()
        self.loop.stop()

    async def _stop_later(self):
        self.loop.call_soon(lambda: self.loop.stop())

    async def _say_goodbye(self):
        await asyncio.sleep(0)

    async def _rest(self):
        self.worker.stop()
        self.update_loop.stop()

    @every(seconds=5)
    async def update_loop(self):
        await asyncio.sleep(0)


async def stop_soon(delay):
    await asyncio.sleep(delay)
    asyncio.get_running_loop().stop()


def on_key(key):
    if key == "q":
        asyncio.ensure_future(stop_soon(1))
