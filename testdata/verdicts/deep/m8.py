"""One wrapper further."""

import m7


def spawn8(work):
    return m7.spawn7(work)  # -> held returned


async def main(work):
    spawn8(work())  # -> dropped wrapper
