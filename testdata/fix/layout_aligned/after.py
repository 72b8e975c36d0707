"""Lines below a bracket stay below it."""

import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


def start(self, loop: asyncio.AbstractEventLoop, work):
    task = asyncio.ensure_future(self.run(self.available.pop(), work),
                                 loop=loop)
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    work_task = loop.create_task(work("""one
two""",
                                      # The rest.
                                      name="three"),
                                 name="four")
    _background_tasks.add(work_task)
    work_task.add_done_callback(_background_tasks.discard)
    background_task = asyncio.create_task(work(
        1, 2))
    _background_tasks.add(background_task)
    background_task.add_done_callback(_background_tasks.discard)
    background_task_2 = asyncio.create_task(
        work(1,
             2))
    _background_tasks.add(background_task_2)
    background_task_2.add_done_callback(_background_tasks.discard)
    background_task_3 = loop.create_task(
        work(an_argument_that_is_rather_long, and_one_that_is_longer),
        name="it does not fit",
    )
    _background_tasks.add(background_task_3)
    background_task_3.add_done_callback(_background_tasks.discard)
