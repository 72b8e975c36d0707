from pkg.jobs import start


async def work(): ...


async def main():
    start(work())
