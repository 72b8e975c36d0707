"""One wrapper further."""

import m2


def spawn3(work):
    return m2.spawn2(work)  # -> held returned


async def main(work):
    spawn3(work())  # -> dropped wrapper
