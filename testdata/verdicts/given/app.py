"""Callers of functions that make tasks of their parameters."""

import jobs
from jobs import start, start_anything, start_by_default, start_later, work
from jobs import start_passed_on as later


def callers(loop, unknown, arguments):
    start(work())
    jobs.start(job=work())
    coro = work()
    start_later(1, coro)
    jobs.start_later(2, job=work())
    jobs.start_mixed(loop.create_future())
    start_anything(unknown())
    loop.call_later(1, later, unknown)
    start_by_default()
    jobs.start_starred(*arguments)
    jobs.start_by_name(work())
