try:
    from keepers import *
except ImportError:
    from asyncio import *


async def work(): ...


def start():
    create_task(work())  # -> managed wrapper
