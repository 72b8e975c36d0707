"""Libraries, and what they do with a task or with a callable that returns one."""

import asyncio
import threading

import aiojobs
import anyio
import fastapi
from homeassistant.core import HomeAssistant
from livekit.agents.utils.aio import gracefully_cancel
from nicegui import background_tasks
from quart import Quart
from starlette.background import BackgroundTask, BackgroundTasks
from telegram.ext import CallbackContext, ContextTypes
from textual.app import App
from tornado.ioloop import IOLoop

site = Quart(__name__)


async def kept(work, waits, tasks: BackgroundTasks):
    BackgroundTask(waits, asyncio.create_task(work()))  # -> held attribute
    tasks.add_task(waits, asyncio.create_task(work()))  # -> held attribute
    site.add_background_task(waits, asyncio.create_task(work()))  # -> held attribute
    scheduler = await aiojobs.create_scheduler()
    await scheduler.spawn(waits(asyncio.create_task(work())))  # -> unsure argument
    async with anyio.create_task_group() as group:
        group.start_soon(waits, asyncio.create_task(work()))  # -> held attribute
    task = asyncio.create_task(work())  # -> held awaited
    await gracefully_cancel(task)


async def kept_by_more(work, waits, hass: HomeAssistant, tasks: fastapi.BackgroundTasks):
    tasks.add_task(waits, asyncio.create_task(work()))  # -> held attribute
    hass.async_create_task(waits(asyncio.create_task(work())))  # -> unsure argument
    background_tasks.create(until_done(asyncio.create_task(work())))  # -> held attribute


async def until_done(task):
    await task


async def managed(work, update, context: CallbackContext):
    context.application.create_task(work())  # -> managed taskgroup


async def managed_by_default(work, update, context: ContextTypes.DEFAULT_TYPE):
    context.application.create_task(work())  # -> managed taskgroup


def looked_at(work):
    IOLoop.current().add_future(asyncio.ensure_future(job()), print)  # -> dropped expression
    IOLoop.current().add_callback(lambda: asyncio.ensure_future(job()))  # -> dropped lambda


def threads(loop, work):
    threading.Thread(
        target=lambda: asyncio.run_coroutine_threadsafe(work(), loop)  # -> dropped lambda
    ).start()
    threading.Timer(
        1, function=lambda: asyncio.run_coroutine_threadsafe(work(), loop)  # -> dropped lambda
    ).start()


class Screen(App):
    def on_mount(self, work):
        self.call_later(lambda: asyncio.create_task(work()))  # -> unsure callback


async def job(*arguments): ...
