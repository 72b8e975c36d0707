"""What is longer than a formatter would have it stays as it is."""

import asyncio


def start(work):
    asyncio.create_task(work("an argument", "another one"), name="the name of a task that is long")
    return asyncio.create_task(work("an argument", "another one"), name="the name of another").add_done_callback(print)
