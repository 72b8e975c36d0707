import asyncio

# Strong references: the event loop keeps only weak ones.
_detached_tasks: set[asyncio.Task[object]] = set()


class Client:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[None]] = set()

    async def push(self) -> None:
        await asyncio.sleep(1)

    def start(self) -> None:
        task = asyncio.create_task(self.push())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    def notify(self) -> None:
        task = asyncio.create_task(self.push())
        _detached_tasks.add(task)
        task.add_done_callback(_detached_tasks.discard)

    async def close(self) -> None:
        for task in self._background_tasks:
            task.cancel()


class Other:
    def notify(self, client: Client) -> None:
        task = asyncio.create_task(client.push())
        _detached_tasks.add(task)
        task.add_done_callback(_detached_tasks.discard)
