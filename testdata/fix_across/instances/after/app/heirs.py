import asyncio

from app.mixins import Called, work

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


class HTTPHeir(Called):
    def __init__(self):
        super().__init__()
        self.more = True

    async def again(self):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
