import asyncio
import concurrent.futures
import contextlib


async def work(): ...


class Service:
    """Runs things."""

    def __init__(self, name: str) -> None:
        """Make one."""
        self.name = name

    async def start(self):
        asyncio.create_task(work())
        asyncio.create_task(work(), name="second").add_done_callback(print)
        poll = asyncio.create_task(work())

        def later():
            asyncio.create_task(work())

        later()

    async def gather(this):
        asyncio.gather(work(), work())

    def from_thread(self, loop: asyncio.AbstractEventLoop):
        asyncio.run_coroutine_threadsafe(work(), loop)

    @staticmethod
    def static():
        asyncio.create_task(work())

    @classmethod
    def make(cls):
        asyncio.create_task(work())

    def rebinds(self, other):
        self = other
        asyncio.create_task(work())

    def soon(self, loop: asyncio.AbstractEventLoop):
        loop.call_soon(lambda: asyncio.create_task(work()))


class Fresh:
    async def start(self):
        asyncio.create_task(work())


class Documented:
    """Has no constructor."""

    retries = 3

    async def start(self):
        asyncio.create_task(work())


class Derived(Service):
    def __init__(self, name: str):
        super().__init__(name)
        self.more = []

    async def start(self):
        asyncio.create_task(work())


class Inherits(Service):
    async def start(self):
        asyncio.create_task(work())


class Early:
    def __init__(self):
        asyncio.create_task(work())
        self.made = True


class Taken:
    def __init__(self):
        self._background_tasks = []

    async def start(self):
        asyncio.create_task(work())


def function():
    asyncio.create_task(work())
