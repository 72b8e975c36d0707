"""Decorators that make a task of what they decorate."""

import asyncio
import functools
from functools import wraps
from typing import Any, Callable, cast

KEPT = set()


def fire_and_forget(function):
    @functools.wraps(function)
    def wrapped(*args, **kwargs):
        return asyncio.create_task(function(*args, **kwargs))  # -> held returned

    return wrapped


def fire_at_once(function):
    @wraps(function)
    def wrapped(*args, **kwargs):
        asyncio.create_task(function(*args, **kwargs))  # -> dropped discarded

    return wrapped


def fire_and_keep(function):
    @wraps(function)
    def wrapped(*args, **kwargs):
        task = asyncio.create_task(function(*args, **kwargs))  # -> held container
        KEPT.add(task)
        task.add_done_callback(KEPT.discard)
        return task

    return wrapped


def fire_as_lambda(function):
    return lambda *args: asyncio.ensure_future(function(*args))  # -> unsure callback


def fire_typed(function: Callable[..., Any]) -> Callable[..., Any]:
    def wrapped(*args: Any) -> asyncio.Task[Any]:
        return asyncio.create_task(function(*args))  # -> held returned

    return cast(Callable[..., Any], wraps(function)(wrapped))


def fire_named(name):
    def decorator(function):
        @wraps(function)
        def wrapped(*args, **kwargs):
            return asyncio.create_task(function(*args, **kwargs), name=name)  # -> held returned

        return wrapped

    return decorator


def fire(function=None, *, name=None):
    def decorator(function):
        @wraps(function)
        def wrapped(*args, **kwargs):
            return asyncio.create_task(function(*args, **kwargs), name=name)  # -> held returned

        return wrapped

    if function is not None:
        return decorator(function)
    return decorator


def fire_if_async(function):
    @wraps(function)
    def wrapped(*args, **kwargs):
        return asyncio.create_task(function(*args, **kwargs))  # -> held returned

    if asyncio.iscoroutinefunction(function):
        return wrapped
    return function


def fire_if_running(function):
    @wraps(function)
    def wrapped(*args, **kwargs):
        result = function(*args, **kwargs)
        if asyncio.iscoroutine(result):
            return asyncio.ensure_future(result)  # -> held returned
        return result

    return wrapped


def timed(function):
    @wraps(function)
    async def wrapped(*args, **kwargs):
        return await function(*args, **kwargs)

    return wrapped


class Fire:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return asyncio.create_task(self.function(*args))  # -> held returned


@fire_and_forget
async def here():
    await asyncio.sleep(1)


def start():
    here()  # -> dropped wrapper
