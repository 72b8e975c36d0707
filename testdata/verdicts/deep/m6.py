"""One wrapper further."""

import m5


def spawn6(work):
    return m5.spawn5(work)  # -> held returned


async def main(work):
    spawn6(work())  # -> dropped wrapper
