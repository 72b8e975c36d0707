"""Classes whose methods return new tasks, for subclasses in other modules."""

import asyncio


class Bus:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def emit(self, coro):
        return self.fire(coro)  # -> held returned

    def start(self):
        self.fire(work())  # -> unsure receiver
        self.emit(work())  # -> unsure conditional

    def again(self):
        return asyncio.create_task(work())  # -> held returned

    @classmethod
    def made(cls, coro):
        return asyncio.create_task(coro)  # -> held returned

    @classmethod
    def make(cls):
        cls.made(work())  # -> unsure receiver
        return cls()


class Plain:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def start(self):
        self.fire(work())  # -> dropped wrapper


class Named(Plain):
    def fire(self, coro):
        return asyncio.create_task(coro, name="named")  # -> held returned


class Passing(Plain):
    def fire(self, coro):
        print("fire")
        return super().fire(coro)  # -> held returned


class Closing(Plain):
    def fire(self, coro):
        coro.close()


class Stub(Plain):
    def fire(self, coro):
        raise NotImplementedError


class Lone:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Queued:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Deep:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Flagged:
    def fire(self, coro, keep=False):
        return asyncio.create_task(coro)  # -> held returned


class Assigned:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


async def work(): ...
