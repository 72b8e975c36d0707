"""Objects and containers that their function alone knows."""

import asyncio

JOBS = []


async def work():
    await asyncio.sleep(1)


class Job:
    pass


class Named:
    def __init__(self, name):
        self.name = name
        self.task = None


class Registered:
    def __init__(self):
        JOBS.append(self)


class Guarded:
    @property
    def task(self):
        return self._task

    @task.setter
    def task(self, task):
        JOBS.append(task)


class Derived(Registered):
    pass


def forgotten():
    job = Job()
    job.task = asyncio.create_task(work())  # -> dropped local-container


def forgotten_with_a_name():
    job = Named("x")
    job.name = "y"
    task = job.task = asyncio.create_task(work())  # -> dropped local-container
    print(task)


def registered():
    job = Registered()
    job.task = asyncio.create_task(work())  # -> held attribute


def derived():
    job = Derived()
    job.task = asyncio.create_task(work())  # -> held attribute


def guarded():
    job = Guarded()
    job.task = asyncio.create_task(work())  # -> held attribute


def returned():
    job = Job()
    job.task = asyncio.create_task(work())  # -> held attribute
    return job


async def read():
    job = Job()
    job.task = asyncio.create_task(work())  # -> held attribute
    await job.task


def enclosed(loop):
    job = Job()
    job.task = asyncio.create_task(work())  # -> held attribute
    loop.call_later(1, lambda: print(job))


async def endless():
    job = Job()
    job.task = asyncio.create_task(work())  # -> held attribute
    await asyncio.Event().wait()


def given(job: Job):
    job.task = asyncio.create_task(work())  # -> held attribute


def new_list():
    return []


def filled_list(item):
    items = [item]
    items.append(item)
    return items


def shared_list():
    return JOBS


def kept_list():
    items = []
    JOBS.append(items)
    return items


def in_new_list():
    tasks = new_list()
    tasks.append(asyncio.create_task(work()))  # -> dropped local-container


def in_filled_list():
    tasks = filled_list(1)
    tasks.append(asyncio.create_task(work()))  # -> dropped local-container


def in_shared_list():
    tasks = shared_list()
    tasks.append(asyncio.create_task(work()))  # -> held container


def in_kept_list():
    tasks = kept_list()
    tasks.append(asyncio.create_task(work()))  # -> held container


def in_returned_list():
    tasks = new_list()
    tasks.append(asyncio.create_task(work()))  # -> held returned
    return tasks


class Service:
    def start(self, ready):
        self.one = asyncio.create_task(work()) and 1  # -> dropped expression
        self.two = ready and asyncio.create_task(work())  # -> held attribute
        self.three = asyncio.create_task(work()) or 1  # -> held attribute
        self.four = (ready and asyncio.create_task(work())) or 1  # -> held attribute

    def poll(self):
        task = asyncio.create_task(work())  # -> dropped touched
        return task and task.done()
