import asyncio

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Task[object]] = set()


async def work(n=0): ...


class Counter:
    @property
    def next(self):
        return 1

    async def read(self, key):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        found = [task]
        if key:
            work_task = asyncio.create_task(work())
            _background_tasks.add(work_task)
            work_task.add_done_callback(_background_tasks.discard)
        else:
            self.next
        if key:
            self.next
        else:
            background_task = asyncio.create_task(work())
            _background_tasks.add(background_task)
            background_task.add_done_callback(_background_tasks.discard)

    async def harmless(self, key):
        task = asyncio.create_task(work())
        _background_tasks.add(task)
        task.add_done_callback(_background_tasks.discard)
        print({"a": -1}, not True, key, task)
        work_task = asyncio.create_task(work())
        _background_tasks.add(work_task)
        work_task.add_done_callback(_background_tasks.discard)
        asyncio.shield(work_task)
        found = []
        background_task = asyncio.create_task(work())
        _background_tasks.add(background_task)
        background_task.add_done_callback(_background_tasks.discard)
        found.append(background_task)
        if key:
            background_task_2 = asyncio.create_task(work())
            _background_tasks.add(background_task_2)
            background_task_2.add_done_callback(_background_tasks.discard)
