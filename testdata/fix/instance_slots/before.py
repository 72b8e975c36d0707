import asyncio


async def work(): ...


class Listed:
    __slots__ = ["name"]

    def __init__(self):
        self.name = "listed"

    def start(self):
        asyncio.create_task(work())


class Tupled:
    __slots__ = (
        "name",
        "other",
    )

    def __init__(self):
        self.name = "tupled"

    def start(self):
        asyncio.create_task(work())


class Single:
    __slots__ = ("name",)

    def __init__(self):
        self.name = "single"

    def start(self):
        asyncio.create_task(work())


class Empty:
    __slots__ = ()

    def start(self):
        asyncio.create_task(work())


class Word:
    __slots__ = "name"

    def __init__(self):
        self.name = "word"

    def start(self):
        asyncio.create_task(work())
