import asyncio

from app.mixins import Called, work


class HTTPHeir(Called):
    def __init__(self):
        super().__init__()
        self._http_heir_background_tasks: "set[asyncio.Task[object]]" = set()
        self.more = True

    async def again(self):
        task = asyncio.create_task(work())
        self._http_heir_background_tasks.add(task)
        task.add_done_callback(self._http_heir_background_tasks.discard)
