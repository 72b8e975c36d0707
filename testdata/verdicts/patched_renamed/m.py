from pools import pool


async def work(): ...


def main():
    pool.spawn(work())  # -> unsure rebinding
