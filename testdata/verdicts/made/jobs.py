"""Tasks of a `Pool` that nobody here names."""

from pools import app, pool


async def work():
    pass


def start():
    pool.spawn(work())  # -> dropped wrapper
    app.pool.spawn(work())  # -> dropped wrapper
