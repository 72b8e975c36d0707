"""Classes that other folders derive from."""

import asyncio


class Bus:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Plain:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class Mixed:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned

    def again(self):
        return asyncio.create_task(work())  # -> held returned


class MixedAfter:
    def fire(self, coro):
        return asyncio.create_task(coro)  # -> held returned


class App:
    def run(self, coro):
        return self.made(asyncio.create_task(coro))  # -> held returned

    def made(self, task):
        return task

    def start(self):
        self.run(work())  # -> unsure conditional


class Quiet:
    def run(self, coro):
        return self.made(asyncio.create_task(coro))  # -> held returned

    def made(self, task):
        return task

    def start(self):
        self.run(work())  # -> dropped wrapper


class Loud(Quiet):
    def made(self, task):
        print(task)
        return task


class Reading:
    def run(self, coro):
        self.made(asyncio.create_task(coro))  # -> unsure argument

    def made(self, task):
        print(task)


async def work(): ...
