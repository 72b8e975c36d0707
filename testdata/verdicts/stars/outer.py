from inner import *


async def work(): ...


def f():
    spawn(work())  # -> dropped wrapper
