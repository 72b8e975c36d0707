"""`Any` is another thing here, so both names come by their module."""

import asyncio
import signal

from traitlets import Any, HasTraits


class App(HasTraits):
    extra = Any()

    def start(self, loop: asyncio.AbstractEventLoop):
        loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.create_task(self.stop()))

    async def stop(self):
        print(self.extra)
