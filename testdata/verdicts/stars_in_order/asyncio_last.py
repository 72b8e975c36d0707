from keepers import *
from asyncio import *


async def work(): ...


def start():
    create_task(work())  # -> dropped discarded
