import asyncio


async def work(n=0): ...


class Counter:
    @property
    def next(self):
        return 1

    async def read(self, key):
        found = [asyncio.create_task(work())]
        asyncio.create_task(work()) if key else self.next
        self.next if key else asyncio.create_task(work())

    async def harmless(self, key):
        print({"a": -1}, not True, key, asyncio.create_task(work()))
        asyncio.shield(asyncio.create_task(work()))
        found = []
        found.append(asyncio.create_task(work()))
        asyncio.create_task(work()) if key else None
