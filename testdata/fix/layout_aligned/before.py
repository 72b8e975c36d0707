"""Lines below a bracket stay below it."""

import asyncio


def start(self, loop: asyncio.AbstractEventLoop, work):
    asyncio.ensure_future(self.run(self.available.pop(), work),
                          loop=loop)
    _ = loop.create_task(work("""one
two""",
                              # The rest.
                              name="three"),
                         name="four")
    asyncio.create_task(work(
        1, 2))
    asyncio.create_task(
        work(1,
             2))
    loop.create_task(work(an_argument_that_is_rather_long, and_one_that_is_longer),
                     name="it does not fit")
