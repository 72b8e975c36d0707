"""One wrapper further."""

import m6


def spawn7(work):
    return m6.spawn6(work)  # -> held returned


async def main(work):
    spawn7(work())  # -> dropped wrapper
