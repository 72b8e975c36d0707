import asyncio
import pickle


async def work(): ...


class Pickled:
    def __init__(self):
        self.name = "pickled"

    def __getstate__(self):
        return self.name

    def start(self):
        asyncio.create_task(work())


class Base:
    def __init__(self):
        self.name = "base"

    def start(self):
        asyncio.create_task(work())


class Forgets(Base):
    def __init__(self):
        self.name = "forgets"


class Conditional:
    if pickle:

        def __init__(self):
            self.name = "conditional"

    def start(self):
        asyncio.create_task(work())


class OneLine:
    def __init__(self): self.name = "line"

    def start(self):
        asyncio.create_task(work())


class Meta(metaclass=type):
    def __init__(self):
        self.name = "meta"

    def start(self):
        asyncio.create_task(work())
