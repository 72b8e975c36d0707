import asyncio


async def work(n=0): ...


class Counter:
    @property
    def next(self):
        return 1

    async def read(self, key):
        print(self.next, asyncio.create_task(work()))
        print(not key, asyncio.create_task(work()))
        print(key and key, asyncio.create_task(work()))
        print({key: 1}, asyncio.create_task(work()))
        print([self.next], asyncio.create_task(work()))
        found = []
        self.next[found.append(asyncio.create_task(work()))] = 1
        print(lambda n=self.next: n, asyncio.create_task(work()))
