import asyncio
import logging


class Poller:
    """Asks again and again."""

    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()
        self.count = 0

    async def start(self) -> None:
        task = asyncio.create_task(self._run())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    async def _run(self) -> None:
        while True:
            self.count += 1
            await asyncio.sleep(1)

    async def close(self) -> None:
        """Stop asking."""
        await self._drain_background_tasks()
        self.count = 0
        # No more.

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


class Session:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> "Session":
        task = asyncio.create_task(self.refresh())
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
        return self

    async def refresh(self) -> None:
        await asyncio.sleep(1)

    async def __aexit__(this, *args: object) -> None:
        await this._drain_background_tasks()
        print("left")

    async def _drain_background_tasks(this) -> None:
        """Cancel the tasks that still run, and wait until they are done."""
        loop = asyncio.get_running_loop()
        current = asyncio.current_task()
        tasks = [
            task
            for task in this._background_tasks
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


class Twice:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        task = asyncio.create_task(asyncio.sleep(1))
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    async def close(self) -> None:
        print("closed")

    async def stop(self) -> None:
        print("stopped")


class Blocking:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        task = asyncio.create_task(asyncio.sleep(1))
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)

    def close(self) -> None:
        print("closed")


class Open:
    def __init__(self) -> None:
        self._background_tasks: set[asyncio.Task[object]] = set()

    def start(self) -> None:
        task = asyncio.create_task(asyncio.sleep(1))
        self._background_tasks.add(task)
        task.add_done_callback(self._background_tasks.discard)
