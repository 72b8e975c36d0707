import asyncio
from typing import Any, TypeVar

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()
_Task = TypeVar("_Task", bound="asyncio.Future[Any]")


def _keep_task(task: _Task) -> _Task:
    """Hold a task until it is done."""
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    return task


class Reader:
    def __init__(self, loop: asyncio.AbstractEventLoop):
        self.loop = loop

    def start(self, promise):
        self.loop.call_later(
            1,
            lambda: _keep_task(
                self.loop.create_task(
                    self._read_stream(self.stream_name, self._path_of_the_trace)
                )
            ).add_done_callback(lambda fut: promise.set_result(fut.result())),
        )

    def start_short(self, promise):
        self.loop.call_later(
            1,
            lambda: _keep_task(
                self.loop.create_task(self._read(self.stream_name))
            ).add_done_callback(lambda fut: promise.set_result(fut.result())),
        )

    def start_long(self, promise):
        self.loop.call_later(
            1,
            lambda: _keep_task(
                self.loop.create_task(self._read(self.stream))
            ).add_done_callback(
                lambda fut: promise.set_result(
                    fut.result(), "a text that is not short", "and another one"
                )
            ),
        )

    def start_bare(self):
        self.loop.call_later(
            1,
            lambda: _keep_task(self.loop.create_task(self._read(self.stream))).set_name(
                "reader"
            ),
        )

    async def _read(self, stream):
        await asyncio.sleep(0)

    async def _read_stream(self, name, path):
        await asyncio.sleep(0)
