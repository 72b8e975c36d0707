from .m0 import *


async def work(): ...


def f():
    spawn(work())  # -> dropped wrapper
