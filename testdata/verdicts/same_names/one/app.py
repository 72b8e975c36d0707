"""Calls of the package that lies beside this script, not of the other one of its name."""

import asyncio

from shop import keep, tell


async def main(work):
    keep(asyncio.create_task(work()))  # -> held argument
    tell(asyncio.create_task(work()))  # -> dropped expression
