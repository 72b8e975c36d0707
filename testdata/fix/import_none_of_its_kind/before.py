"""The first `from` import of the standard library stands with the others of it."""

import asyncio
import signal
from russound_rio import Russound
from traitlets import HasTraits


def on_stop(russ: Russound, loop: asyncio.AbstractEventLoop):
    loop.add_signal_handler(signal.SIGTERM, lambda: asyncio.create_task(russ.close(HasTraits)))
