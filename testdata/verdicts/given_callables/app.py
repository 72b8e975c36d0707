"""Callers of functions that make tasks of what their parameters return."""

from functools import partial

from jobs import in_background, returned, start, start_anything, start_mixed, work


@in_background
async def in_app(): ...


def callers(loop, unknown, link):
    start(work)
    start(lambda: work(1))
    start(partial(work, 1))
    start_mixed(work)
    start_mixed(link.future)
    start_anything(unknown)
    in_app()
    returned(work)  # -> dropped wrapper
    returned(lambda: work(1))  # -> dropped wrapper
    returned(unknown)  # -> unsure conditional
    return returned(unknown)  # -> held returned
