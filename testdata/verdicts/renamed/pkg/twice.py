"""A wrapper of a renamed wrapper."""

from .spawning import spawn as make


def spawn_again(coro):
    return make(coro)  # -> held returned
