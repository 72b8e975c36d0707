"""What still runs is kept, cancelled, awaited, or let go on purpose."""

import asyncio
import threading

_JOBS = {}


def track(parent, job_id):
    _JOBS.setdefault(parent, []).append({"id": job_id, "status": "running"})


def complete(parent, job_id):
    for job in _JOBS.get(parent, []):
        if job["id"] == job_id:
            job["status"] = "done"


def get_results(parent):
    jobs = _JOBS.pop(parent, [])
    running = [job for job in jobs if job["status"] == "running"]
    if running:
        _JOBS[parent] = running
    return jobs


def get_when_all_are_done(parent):
    if any(job["status"] == "running" for job in _JOBS.get(parent, [])):
        return None
    return _JOBS.pop(parent, [])


def delete_jobs(parent):
    return _JOBS.pop(parent, [])


def reconnect(parent):
    lost = [job["id"] for job in _JOBS.get(parent, [])]
    _JOBS.clear()
    return lost


def work(parent, job_id):
    complete(parent, job_id)


def spawn(parent, job_id):
    track(parent, job_id)
    threading.Thread(target=work, args=(parent, job_id)).start()


class Fetches:
    def __init__(self):
        self._tasks: dict[str, asyncio.Task] = {}
        self._all: list[asyncio.Task] = []

    def fetch(self, url):
        task = asyncio.create_task(asyncio.sleep(1, url))
        self._tasks[url] = task
        self._all.append(task)

    def poll(self, url):
        task = self._tasks[url]
        if not task.done():
            return None
        del self._tasks[url]
        return task.result()

    def poll_once(self, url):
        task = self._tasks[url]
        if task.done():
            self._tasks.pop(url)
            return task.result()
        return None

    def give(self, url):
        return self._tasks.pop(url)

    async def wait(self, url):
        task = self._tasks.pop(url)
        return await task

    def poll_all(self):
        results = [task.result() for task in self._all if task.done()]
        self._all = [task for task in self._all if not task.done()]
        return results

    async def stop(self):
        for task in self._all:
            task.cancel()
        self._all.clear()

    async def drain(self):
        tasks, self._all = self._all, []
        await asyncio.gather(*tasks)
