"""`locals()`, and `vars()` without an object, is a dictionary that refers to all local variables."""

import asyncio
import logging

scopes = []


async def work(): ...


def returned():
    task = asyncio.create_task(work())  # -> unsure argument
    return locals()


def returned_by_vars():
    task = asyncio.create_task(work())  # -> unsure argument
    return vars()


def stored():
    task = asyncio.create_task(work())  # -> unsure argument
    scopes.append(locals())


def in_a_list():
    tasks = [asyncio.create_task(work())]  # -> unsure argument
    return locals()


def only_shown():
    task = asyncio.create_task(work())  # -> dropped unread
    logging.debug("%s", locals())
    print(vars())


def of_an_object(page):
    task = asyncio.create_task(work())  # -> dropped unread
    return vars(page)


def taken_before():
    before = locals()
    task = asyncio.create_task(work())  # -> dropped unread
    return before


def rebound():
    task = asyncio.create_task(work())  # -> dropped rebound
    task = None
    return locals()


def of_another_name():
    locals = dict
    task = asyncio.create_task(work())  # -> dropped unread
    return locals()


def of_a_nested_function():
    task = asyncio.create_task(work())  # -> dropped unread

    def names():
        return locals()

    return names()
