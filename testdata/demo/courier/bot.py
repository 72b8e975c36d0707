"""A chat bot that sends what people type."""

import asyncio
import logging

from .channels import send_push
from .models import Message

log = logging.getLogger(__name__)


def log_failure(task: asyncio.Task) -> None:
    if not task.cancelled() and task.exception():
        log.error("a command failed", exc_info=task.exception())


class Bot:
    def __init__(self, prefix: str = "!") -> None:
        self.loop = asyncio.get_event_loop()
        self.prefix = prefix

    def on_text(self, sender: str, text: str) -> None:
        if not text.startswith(self.prefix):
            return
        self.loop.create_task(self.command(sender, text[1:])).add_done_callback(
            log_failure
        )

    def on_typing(self, sender: str, active: bool) -> None:
        active and self.loop.create_task(self.wake(sender))

    def on_leave(self, sender: str) -> None:
        _ = self.loop.create_task(self.farewell(sender))

    async def command(self, sender: str, text: str) -> None:
        await send_push(Message(sender, f"you said: {text}"))

    async def wake(self, sender: str) -> None:
        await asyncio.sleep(0)

    async def farewell(self, sender: str) -> None:
        await send_push(Message(sender, "see you"))
