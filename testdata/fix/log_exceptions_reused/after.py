import asyncio
import logging

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()

logger = logging.getLogger(__name__)
_running = {}


async def work(): ...


def _on_done(task):
    del _running[task]
    if not task.cancelled() and task.exception():
        logger.error("failed")


def _report_exception(task):
    if not task.cancelled() and task.exception():
        print("a job failed")


def _handle_exception(task):
    if task.cancelled():
        return
    if task.exception():
        logger.error("stopping")
        raise SystemExit(1)


def _log_result(task):
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        logger.error("%s failed", task.get_name(), exc_info=error)


async def start():
    work_task = asyncio.create_task(work())
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    work_task.add_done_callback(_log_result)
    background_task = asyncio.create_task(work())
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task.add_done_callback(_log_result)
    task = asyncio.create_task(work())
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(_log_result)
