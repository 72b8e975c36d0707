"""One wrapper further."""

import m3


def spawn4(work):
    return m3.spawn3(work)  # -> held returned


async def main(work):
    spawn4(work())  # -> dropped wrapper
