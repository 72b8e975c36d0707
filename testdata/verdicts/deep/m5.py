"""One wrapper further."""

import m4


def spawn5(work):
    return m4.spawn4(work)  # -> held returned


async def main(work):
    spawn5(work())  # -> dropped wrapper
