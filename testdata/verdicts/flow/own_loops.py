"""Methods of the project that are named like those of an event loop, and may return all the same."""

import asyncio
import threading


async def work() -> None:
    await asyncio.sleep(1)


class App:
    def run_forever(self) -> None:
        threading.Thread(target=print, args=("serving",)).start()

    def start(self) -> None:
        task = asyncio.get_running_loop().create_task(work())  # -> unsure conditional
        self.run_forever()


class Server:
    def __init__(self) -> None:
        self.is_stopped = asyncio.Event()

    async def serve_forever(self) -> None:
        await self.is_stopped.wait()

    async def start(self) -> None:
        task = asyncio.create_task(work())  # -> unsure conditional
        await self.serve_forever()


class Worker:
    async def serve_forever(self) -> None:
        while True:
            await work()

    async def start(self) -> None:
        task = asyncio.create_task(work())  # -> held frame
        await self.serve_forever()


class Loop(asyncio.SelectorEventLoop):
    """It has the method of the event loop."""

    def start(self) -> None:
        task = self.create_task(work())  # -> held frame
        self.run_forever()


async def main(app: App, worker: Worker) -> None:
    task = asyncio.create_task(work())  # -> unsure conditional
    app.run_forever()


async def serve(worker: Worker) -> None:
    task = asyncio.create_task(work())  # -> held frame
    await worker.serve_forever()


async def wait_in_brackets() -> None:
    task = asyncio.create_task(work())  # -> held frame
    await (asyncio.Event().wait())
