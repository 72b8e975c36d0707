"""Spawners behind a try, and behind a name of the module's own."""

import asyncio

try:
    from asyncio import create_task
except ImportError:
    from asyncio import ensure_future as create_task

spawn = asyncio.create_task


async def work():
    pass


async def main():
    create_task(work())  # expect: UND001
    spawn(work())  # expect: UND001
