import asyncio


class Pool:
    def spawn(self, coro):
        return asyncio.create_task(coro)  # -> held returned


pool = Pool()
