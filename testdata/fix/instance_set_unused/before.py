import asyncio


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
        asyncio.create_task(self.push())

    async def close(self) -> None:
        for task in self._background_tasks:
            task.cancel()


class Other:
    def notify(self, client: Client) -> None:
        asyncio.create_task(client.push())
