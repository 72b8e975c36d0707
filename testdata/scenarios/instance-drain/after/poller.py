import asyncio
import logging


class Poller:
    """Asks again and again."""

    def __init__(self, stops: list[str]) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.stops = stops

    def start(self) -> None:
        task = asyncio.create_task(self._run())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    async def _run(self) -> None:
        try:
            while True:
                await asyncio.sleep(0.01)
        finally:
            self.stops.append("stopped")

    async def close(self) -> None:
        await self._drain_background_tasks()
        self.stops.append("closed")

    async def _drain_background_tasks(self) -> None:
        """Cancel the tasks that still run, and wait until they are done."""
        loop = asyncio.get_running_loop()
        current = asyncio.current_task()
        tasks = [
            task
            for task in self._background_tasks
            if task is not current and task.get_loop() is loop
        ]
        for task in tasks:
            task.cancel()
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=5)
            for task in pending:
                logging.getLogger(__name__).warning(
                    "%r did not stop within 5 seconds", task
                )
        await asyncio.sleep(0)
