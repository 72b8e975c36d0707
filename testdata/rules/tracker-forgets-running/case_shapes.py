"""Job records, and the tasks of a key, in other shapes."""

import asyncio
import enum
from dataclasses import dataclass


class Status(enum.Enum):
    RUNNING = "running"
    DONE = "done"


@dataclass
class Job:
    job_id: str
    status: Status = Status.RUNNING


_running: dict[str, dict[str, Job]] = {}
_reports: dict[str, dict[str, dict]] = {}


def track(parent, job_id):
    _running.setdefault(parent, {})[job_id] = Job(job_id=job_id)


def complete(parent, job_id):
    job = _running.get(parent, {}).get(job_id)
    if job is not None:
        job.status = Status.DONE


def get_jobs(parent):
    jobs = _running.pop(parent, {})  # expect: UND102
    return list(jobs.values())


def start_report(parent, name):
    _reports.setdefault(parent, {})
    _reports[parent][name] = {"done": False, "text": ""}


def end_report(parent, name, text):
    _reports[parent][name].update(done=True, text=text)


def read_reports(parent):
    reports = _reports[parent]
    del _reports[parent]  # expect: UND102
    return reports


def take_reports():
    global _reports
    taken, _reports = _reports, {}  # expect: UND102
    return taken


def read_texts(parent):
    texts = [report["text"] for report in _reports[parent].values()]
    _reports[parent] = {}  # expect: UND102
    return texts


class Questions:
    def __init__(self):
        self._tasks: dict[str, list[asyncio.Task]] = {}
        self._all: list[asyncio.Task] = []

    def ask(self, user, coro):
        task = asyncio.create_task(coro)
        self._tasks.setdefault(user, []).append(task)
        self._all.append(task)

    def answers(self, user):
        tasks = self._tasks.pop(user, [])  # expect: UND102
        return [task.result() for task in tasks if task.done()]

    def all_answers(self):
        tasks, self._all = self._all, []  # expect: UND102
        return [task.result() for task in tasks if task.done()]

    def last_answers(self):
        tasks, self._all = self._all, []
        for task in tasks:
            task.cancel()
        return [task.result() for task in tasks if task.done()]

    def refusals(self, user):
        tasks = self._tasks.pop(user, [])
        for task in tasks:
            task.cancel()
        return [task.result() for task in tasks if task.done()]


track("a", "b")
complete("a", "b")
start_report("a", "b")
end_report("a", "b", "c")
