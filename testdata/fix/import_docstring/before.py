"""Only a docstring."""


def f(loop, x):
    loop.create_task(x())
