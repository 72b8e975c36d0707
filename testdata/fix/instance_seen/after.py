import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(): ...


class Compared:
    def __init__(self):
        self.name = "compared"

    def __eq__(self, other):
        return vars(self) == vars(other)

    def start(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
