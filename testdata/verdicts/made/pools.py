"""What a module makes through functions of its own that say nothing of what they give back."""

import asyncio


class Pool:
    def spawn(self, coroutine):
        return asyncio.create_task(coroutine)  # -> held returned


def make():
    return Pool()


class App:
    def __init__(self):
        self.size = 4
        self.pool = make()


pool = make()
app = App()
