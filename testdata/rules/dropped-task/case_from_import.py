"""Names imported out of asyncio."""

from asyncio import create_task, get_running_loop
from asyncio import ensure_future as later


async def work():
    pass


async def main():
    create_task(work())  # expect: UND001
    later(work())  # expect: UND001
    get_running_loop().create_task(work())  # expect: UND001
