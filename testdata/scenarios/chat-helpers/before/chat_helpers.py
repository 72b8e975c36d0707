"""What every chat handler needs: titles, usage counters and notifications."""

import asyncio
import logging
from collections.abc import Coroutine

log = logging.getLogger(__name__)

_BG_TASKS: set[asyncio.Task] = set()


def _log_failure(task: asyncio.Task) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("background task failed", exc_info=task.exception())


def _spawn_bg(coro: Coroutine) -> asyncio.Task:
    """Run a coroutine in the background and keep its task until it is done."""
    task = asyncio.create_task(coro)
    _BG_TASKS.add(task)
    task.add_done_callback(_BG_TASKS.discard)
    task.add_done_callback(_log_failure)
    return task


async def _make_title(chat_id: str, text: str) -> None:
    await asyncio.sleep(0)
    log.info("chat %s is called %s", chat_id, text[:40])


async def _count_usage(user_id: str, tokens: int) -> None:
    await asyncio.sleep(0)
    log.info("user %s used %d tokens", user_id, tokens)


async def _notify(user_id: str, chat_id: str) -> None:
    await asyncio.sleep(0)
    log.info("told %s about %s", user_id, chat_id)


async def on_message(user_id: str, chat_id: str, text: str) -> str:
    answer = text.upper()
    _spawn_bg(_make_title(chat_id, text))
    _spawn_bg(_count_usage(user_id, len(answer)))
    return answer


async def on_regenerate(user_id: str, chat_id: str, text: str) -> str:
    answer = text.lower()
    _spawn_bg(_count_usage(user_id, len(answer)))
    asyncio.create_task(_notify(user_id, chat_id))
    return answer
