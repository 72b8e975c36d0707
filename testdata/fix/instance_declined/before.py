import asyncio
import logging


async def work(): ...


class Reduced:
    def __init__(self):
        self.name = "reduced"

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
    if logging:

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


class Called:
    def __init__(self, call):
        call()
        self.hook()

    def start(self):
        asyncio.create_task(work())


class Eager(Called):
    def __init__(self):
        self.start()
        super().__init__(self.start)


class Foreign(logging.Handler):
    def __init__(self):
        super().__init__()

    def emit(self, record):
        asyncio.create_task(work())
