"""A fallback for a library whose function is not known."""

try:
    from fast import spawn
except ImportError:
    from util import spawn

spawn(work())  # -> unsure rebinding


async def work(): ...
