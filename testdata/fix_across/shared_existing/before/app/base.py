"""Imported by the module that gets the function."""

import asyncio


async def work(): ...


def note(text):
    asyncio.create_task(work())
