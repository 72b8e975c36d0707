from util import keep


def main():
    import asyncio

    keep(asyncio.create_task(asyncio.sleep(1)))
