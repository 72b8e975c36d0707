"""One wrapper further."""

import m0


def spawn1(work):
    return m0.spawn0(work)  # -> held returned


async def main(work):
    spawn1(work())  # -> dropped wrapper
