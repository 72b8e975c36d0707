"""The end of the program cancels the tasks of all."""

import asyncio


async def send(host: str) -> bool:
    print(await asyncio.to_thread(open, host))
    return True


class Sender:
    def start(self, host: str) -> None:
        self._task = asyncio.create_task(send(host))  # -> low lost | stop: unknown


async def end_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def end_notes() -> None:
    from shop.limits import _notes as notes

    for task in notes:
        task.cancel()
    await asyncio.gather(*notes, return_exceptions=True)
