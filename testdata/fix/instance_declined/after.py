import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Reduced:
    def __init__(self):
        self.name = "reduced"

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
    if logging:

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


class Called:
    def __init__(self, call):
        call()
        self.hook()

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)


class Eager(Called):
    def __init__(self):
        self.start()
        super().__init__(self.start)


class Foreign(logging.Handler):
    def __init__(self):
        super().__init__()

    def emit(self, record):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
