"""Jobs that nobody marks as done."""

import threading
from dataclasses import dataclass

_JOBS = {}
_LOCK = threading.Lock()


def track(parent, job_id):
    with _LOCK:
        _JOBS.setdefault(parent, []).append({"id": job_id, "status": "running"})


def complete(parent, job_id, result):  # expect: UND103
    with _LOCK:
        for job in _JOBS.get(parent, []):
            if job["id"] == job_id:
                job["status"] = "done"
                job["result"] = result


def spawn(parent, job_id):
    track(parent, job_id)
    threading.Thread(target=print, args=(parent, job_id)).start()


@dataclass
class Job:
    name: str
    status: str = "pending"

    def finish(self):  # expect: UND103
        self.status = "finished"


class Queue:
    def __init__(self):
        self.jobs = {}

    def submit(self, name):
        self.jobs[name] = Job(name)


queue = Queue()
queue.submit("first")

_RENDERS = {}


def begin(name):
    _RENDERS[name] = {"state": "queued"}
    threading.Thread(target=render, args=(name,)).start()
    threading.Thread(target=careless, args=(name,)).start()


def end(name, state):
    _RENDERS[name]["state"] = state


def render(name):
    if not name.isidentifier():
        end(name, "failed")
        return
    if name.isupper():
        return  # expect: UND103
    end(name, "done")


def careless(name):
    try:
        print(name)
        end(name, "done")
    except OSError:  # expect: UND103
        print("failed")


_EXPORTS = {}


async def start_export(name, background_tasks):
    _EXPORTS[name] = {"status": "running"}
    background_tasks.add_task(export, name)


async def export(name):
    text = await read(name)  # expect: UND103
    _EXPORTS[name]["text"] = text
    _EXPORTS[name]["status"] = "done"


async def read(name):
    with open(name) as file:
        return file.read()
