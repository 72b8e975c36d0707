import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Listed:
    __slots__ = ["name", "_background_tasks"]

    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "listed"

    def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Tupled:
    __slots__ = (
        "name",
        "other",
        "_background_tasks",
    )

    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "tupled"

    def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Single:
    __slots__ = ("name", "_background_tasks")

    def __init__(self):
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.name = "single"

    def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Empty:
    __slots__ = ("_background_tasks",)

    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    def start(self):
        task = asyncio.create_task(work())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)


class Word:
    __slots__ = "name"

    def __init__(self):
        self.name = "word"

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
