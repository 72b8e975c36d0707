"""One wrapper further."""

import m1


def spawn2(work):
    return m1.spawn1(work)  # -> held returned


async def main(work):
    spawn2(work())  # -> dropped wrapper
