import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


class Cache:
    async def _refresh(self) -> None:
        await asyncio.sleep(1)

    async def sync_task(self) -> None:
        await asyncio.sleep(1)

    async def start(self) -> None:
        task = asyncio.create_task(self._refresh())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        refresh_task = asyncio.create_task(self._refresh())
        _background_tasks.add(refresh_task)
        refresh_task.add_done_callback(_background_tasks.discard)
        sync_task = asyncio.create_task(self.sync_task())
        _background_tasks.add(sync_task)
        sync_task.add_done_callback(_background_tasks.discard)
        background_task = asyncio.create_task(self._refresh())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
        background_task_2 = asyncio.create_task(self._refresh())
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)

    async def restart(self, coro, Worker) -> None:
        task = asyncio.create_task(self._refresh())
        await task
        background_task = asyncio.create_task(Worker())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
        background_task_2 = asyncio.create_task(coro)
        _background_tasks.add(background_task_2)
        background_task_2.add_done_callback(_background_tasks.discard)

        async def inner() -> None:
            task = asyncio.create_task(self._refresh())
            _background_tasks.add(task)
            task.add_done_callback(_background_tasks.discard)

        await inner()
