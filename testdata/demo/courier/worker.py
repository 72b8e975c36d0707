"""Delivers what waits in the queue, and what failed before."""

import asyncio
import logging

from .channels import send_mail
from .models import Message

log = logging.getLogger(__name__)


class Worker:
    def __init__(self, size: int = 4) -> None:
        self.queue: asyncio.Queue[Message] = asyncio.Queue()
        self.size = size
        self._reporter: asyncio.Task[None] | None = None

    async def run(self) -> None:
        self._reporter = asyncio.create_task(self._report())
        for number in range(self.size):
            task = asyncio.create_task(self._consume(), name=f"consumer {number}")
            task.add_done_callback(self._consumer_stopped)
        await self._reporter

    def retry(self, message: Message, delay: float) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(delay, lambda: asyncio.create_task(self._deliver(message)))

    async def retry_all(self, messages: list[Message]) -> int:
        tasks = []
        for message in messages:
            tasks.append(asyncio.create_task(self._deliver(message)))
        return len(tasks)

    async def _consume(self) -> None:
        while True:
            message = await self.queue.get()
            await self._deliver(message)

    async def _deliver(self, message: Message) -> None:
        receipt = await send_mail(message)
        if not receipt.delivered:
            self.retry(message, delay=30)

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(60)
            log.info("%d messages are waiting", self.queue.qsize())

    def _consumer_stopped(self, task: asyncio.Task[None]) -> None:
        log.warning("%s stopped", task.get_name())
