"""Jobs that somebody marks as done, or that somebody unseen may."""

import asyncio
import threading

_DOWNLOADS = {}


def track(name):
    _DOWNLOADS[name] = {"status": "running"}


def complete(name):
    _DOWNLOADS[name]["status"] = "done"


def download(name):
    try:
        print(name)
    finally:
        complete(name)


def start(name):
    track(name)
    threading.Thread(target=download, args=(name,)).start()


_UPLOADS = {}


def route(function):
    return function


def upload(name):
    _UPLOADS[name] = {"status": "pending"}


@route
def uploaded(name):
    _UPLOADS[name]["status"] = "done"


upload("first")

_UNUSED = {}


def add(name):
    _UNUSED[name] = {"status": "pending"}


def finish(name):
    _UNUSED[name]["status"] = "done"


_SETTINGS = {}


def remember(name):
    _SETTINGS[name] = {"status": "enabled"}


def disable(name):
    _SETTINGS[name]["status"] = "disabled"


remember("colour")

_PARSES = {}


def parse(name):
    _PARSES[name] = {"status": "running"}
    threading.Thread(target=parser, args=(name,)).start()


def parser(name):
    job = _PARSES.get(name)
    if job is None:
        return
    try:
        print(name)
        job["status"] = "done"
    except ValueError:
        job["status"] = "failed"
        raise


_EXPORTS = {}


async def start_export(name, background_tasks):
    _EXPORTS[name] = {"status": "running"}
    background_tasks.add_task(export, name)


async def export(name):
    try:
        _EXPORTS[name]["text"] = await read(name)
        _EXPORTS[name]["status"] = "done"
    except Exception as error:
        _EXPORTS[name]["status"] = "failed"
        _EXPORTS[name]["error"] = str(error)


async def read(name):
    with open(name) as file:
        return file.read()


_WAITS = {}
_tasks = []


async def start_wait(name):
    _WAITS[name] = {"status": "running"}
    task = asyncio.create_task(fetch(name))
    _tasks.append(task)
    task.add_done_callback(lambda task: ended(name, task))


async def fetch(name):
    await read(name)
    _WAITS[name]["status"] = "done"


def ended(name, task):
    _tasks.remove(task)
    if task.exception() is not None:
        _WAITS[name]["status"] = "failed"
