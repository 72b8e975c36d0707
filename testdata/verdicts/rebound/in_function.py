"""A function binds the name anew."""

from util import spawn


def quiet():
    global spawn
    spawn = print


spawn(work())  # -> unsure rebinding


async def work(): ...
