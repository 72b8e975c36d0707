import logging


def f(x):
    import asyncio

    asyncio.create_task(x())
    logging.info("x")
