"""What is longer than a formatter would have it stays as it is, also in a helper's call."""

import asyncio


def call(loop: asyncio.AbstractEventLoop, work):
    loop.call_soon(lambda: asyncio.create_task(work("an argument", "another one"), name="the name"))
