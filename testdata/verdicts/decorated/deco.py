import functools
from functools import wraps


def logged(fn):
    @functools.wraps(fn)
    def inner(*args, **kwargs):
        print(fn)
        return fn(*args, **kwargs)

    return inner


def retried(times):
    def decorate(fn):
        @wraps(fn)
        def inner(*args, **kwargs):
            try:
                return fn(*args, **kwargs)
            except ValueError:
                print(times)
                raise

        return inner

    return decorate


KEPT = []


def kept(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        task = fn(*args, **kwargs)
        KEPT.append(task)
        return task

    return inner


def ignored(fn):
    @wraps(fn)
    def inner(*args, **kwargs):
        fn(*args, **kwargs)

    return inner


def registered(fn):
    KEPT.append(fn)
    return fn


def timed(fn):
    @wraps(fn)
    async def inner(*args, **kwargs):
        return await fn(*args, **kwargs)

    return inner
