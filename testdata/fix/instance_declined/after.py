import asyncio
import pickle

_background_tasks: "set[asyncio.Task[object]]" = set()


async def work(): ...


class Pickled:
    def __init__(self):
        self.name = "pickled"

    def __getstate__(self):
        return self.name

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Base:
    def __init__(self):
        self.name = "base"

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Forgets(Base):
    def __init__(self):
        self.name = "forgets"


class Conditional:
    if pickle:

        def __init__(self):
            self.name = "conditional"

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class OneLine:
    def __init__(self): self.name = "line"

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Meta(metaclass=type):
    def __init__(self):
        self.name = "meta"

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
