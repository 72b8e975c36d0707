"""Results are read, and what still runs is dropped."""

import asyncio
import threading
from dataclasses import dataclass

_JOBS = {}
_LOCK = threading.Lock()


def track(parent, job_id):
    with _LOCK:
        _JOBS.setdefault(parent, []).append({"id": job_id, "status": "running"})


def complete(parent, job_id, result):
    with _LOCK:
        for job in _JOBS.get(parent, []):
            if job["id"] == job_id:
                job["status"] = "done"
                job["result"] = result


def get_results(parent):
    with _LOCK:
        jobs = _JOBS.pop(parent, [])  # expect: UND102
        running = [job for job in jobs if job["status"] == "running"]
        if running:
            _JOBS[parent] = running
    return [(job["id"], job["status"], job.get("result")) for job in jobs]


def take_results(parent):
    popped = _JOBS.pop(parent, [])  # expect: UND102
    running = [job for job in popped if job["status"] == "running"]
    if running:
        _JOBS[parent] = running
    return popped


def work(parent, job_id):
    complete(parent, job_id, job_id.upper())


def spawn(parent, job_id):
    track(parent, job_id)
    threading.Thread(target=work, args=(parent, job_id)).start()


@dataclass
class Render:
    name: str
    finished: bool = False


class Renders:
    def __init__(self):
        self._by_name = {}

    def start(self, name):
        self._by_name[name] = Render(name)

    def finish(self, name):
        self._by_name[name].finished = True

    def poll(self, name):
        render = self._by_name.pop(name, None)  # expect: UND102
        if render is not None and not render.finished:
            self._by_name[name] = render
        return render and render.finished


class Fetches:
    def __init__(self):
        self._tasks: dict[str, asyncio.Task] = {}
        self._all: list[asyncio.Task] = []

    def fetch(self, url):
        task = asyncio.create_task(asyncio.sleep(1, url))
        self._tasks[url] = task
        self._all.append(task)

    def poll(self, url):
        task = self._tasks.pop(url)  # expect: UND102
        if not task.done():
            self._tasks[url] = task
        if task.done():
            return task.result()
        return None

    def poll_all(self):
        results = [task.result() for task in self._all if task.done()]
        self._all[:] = [task for task in self._all if not task.done()]  # expect: UND102
        return results

    def poll_anew(self):
        results = [task.result() for task in self._all if task.done()]
        self._all = [task for task in self._all if not task.done()]  # expect: UND102
        return results


renders = Renders()
renders.start("first")
renders.finish("first")
