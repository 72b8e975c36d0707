"""Signals that await what their receivers return."""

import asyncio

from aiohttp import web


async def work():
    await asyncio.sleep(1)


def build():
    app = web.Application()
    app.on_startup.append(lambda app: asyncio.create_task(work()))  # -> held awaited
    app.on_startup.append(lambda app: (asyncio.create_task(work()), None)[1])  # -> dropped expression
    app.on_other.append(lambda app: asyncio.create_task(work()))  # -> unsure callback
    return app


def extend(app: web.Application, other):
    app.on_cleanup.append(lambda app: asyncio.create_task(work()))  # -> held awaited
    other.on_cleanup.append(lambda app: asyncio.create_task(work()))  # -> unsure callback
