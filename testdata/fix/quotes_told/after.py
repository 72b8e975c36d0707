import asyncio
import concurrent.futures
import logging
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: 'set[asyncio.Future[Any]]' = set()
_Task = TypeVar('_Task', bound='asyncio.Future[Any]')
_background_futures: 'set[concurrent.futures.Future[Any]]' = set()


def _log_task_exception(task: 'asyncio.Future[Any]') -> None:
    """Log the failure of a task that nobody awaits."""
    if task.cancelled():
        return
    exception = task.exception()
    if exception is not None:
        logger.error('%r failed', task, exc_info=exception)


def _log_future_exception(future: 'concurrent.futures.Future[Any]') -> None:
    """Log the failure of a future that nobody waits for."""
    if future.cancelled():
        return
    exception = future.exception()
    if exception is not None:
        logger.error('%r failed', future, exc_info=exception)


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    task.add_done_callback(_log_task_exception)
    return task


async def _drain_background_tasks() -> None:
    """Cancel the tasks that still run, and wait until they are done."""
    loop = asyncio.get_running_loop()
    current = asyncio.current_task()
    tasks = [
        task
        for task in _background_tasks
        if task is not current and task.get_loop() is loop
    ]
    for task in tasks:
        task.cancel()
    if tasks:
        _, pending = await asyncio.wait(tasks, timeout=5)
        for task in pending:
            logger.warning('%r did not stop within 5 seconds', task)
    await asyncio.sleep(0)


logger = logging.getLogger(__name__)


async def work():
    """Work."""
    logger.info('working')


def start(loop: asyncio.AbstractEventLoop):
    loop.call_soon(lambda: _keep_task(asyncio.create_task(work())))
    future = asyncio.run_coroutine_threadsafe(work(), loop)
    _background_futures.add(future)
    future.add_done_callback(_background_futures.discard)
    future.add_done_callback(_log_future_exception)
