from asyncio import *
from keepers import *


async def work(): ...


def start():
    create_task(work())  # -> managed wrapper
