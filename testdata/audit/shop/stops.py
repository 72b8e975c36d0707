"""What ends a task, and who has it, where that is not said in so many words."""

import asyncio
import functools


async def work() -> None:
    """Do one thing."""
    print(await asyncio.to_thread(open, "list"))


async def once() -> None:
    try:
        await asyncio.sleep(1)
    except Exception:
        print("again")


class Group:
    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self) -> None:
        task = asyncio.create_task(work())  # -> none | failure: logged
        task.add_done_callback(self._running.discard)
        self._running.add(task)

    async def stop(self) -> None:
        while rest := (self._running - {asyncio.current_task()}):
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest)  # -> none | coroutine: *rest


class Opening:
    def __init__(self) -> None:
        self._opened = asyncio.ensure_future(work())  # -> none | failure: awaited

    def __await__(self):
        return self._opened.__await__()


class Served:
    """Its tasks are those of the server, which waits for them."""

    def __init__(self, server) -> None:
        self._jobs = server.jobs

    def spawn(self) -> None:
        self._jobs.add(asyncio.create_task(work()))  # -> none


class Reader:
    async def read(self, stream) -> None:
        while not stream.at_eof():
            try:
                await stream.readline()
            except OSError:
                print("again")

    def start(self, stream) -> None:
        self._task = asyncio.create_task(self.read(stream))  # -> low unstopped


class Listener:
    async def listen(self, queue) -> None:
        while True:
            if await queue.get() is None:
                break

    def start(self, queue) -> None:
        self._task = asyncio.create_task(self.listen(queue))  # -> low unstopped


class Flagged:
    def __init__(self) -> None:
        self._runs = True

    async def _loop(self) -> None:
        while self._runs:
            await work()

    def start(self) -> None:
        self._task = asyncio.create_task(self._loop())  # -> medium lost-worker

    def stop(self) -> None:
        self._runs = False


class Signalled:
    def __init__(self) -> None:
        self._done = asyncio.Event()

    async def _loop(self) -> None:
        while True:
            await work()
            if self._done.is_set():
                return

    def start(self) -> None:
        self._task = asyncio.create_task(self._loop())  # -> medium lost-worker

    def stop(self) -> None:
        self._done.set()
        self._task.cancel()


class Messaged:
    def __init__(self) -> None:
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()

    async def _loop(self) -> None:
        try:
            while True:
                item = await self._queue.get()
                if item is None:
                    break
        except Exception:
            print("over")

    def start(self) -> None:
        self._task = asyncio.create_task(self._loop())  # -> none

    def stop(self) -> None:
        self._queue.put_nowait(None)


class Restarted:
    """What it begins with is no stop, nor is what starts it again."""

    def __init__(self) -> None:
        self._runs = False

    async def _loop(self) -> None:
        while self._runs:
            await work()

    def start(self) -> None:
        self._runs = True
        self._task = asyncio.create_task(self._loop())  # -> medium lost-worker


class Deaf:
    """Its loop is left when it is cancelled, and not otherwise."""

    async def listen(self, queue) -> None:
        while True:
            try:
                await queue.get()
            except asyncio.CancelledError:
                break

    def start(self, queue) -> None:
        self._task = asyncio.create_task(self.listen(queue))  # -> medium endless


class Client:
    def __init__(self, socket) -> None:
        socket.on_close = self._gone

    def start(self) -> None:
        self._task = asyncio.create_task(work())  # -> low unawaited

    def _gone(self) -> None:
        self._task.cancel()


class Quiet:
    def start(self) -> None:
        self._task = asyncio.create_task(work())  # -> low unawaited

    def hush(self) -> None:
        self._task.cancel()

    quit = hush


class Handlers:
    def handle(self, event: str) -> None:
        getattr(self, "on_" + event)()

    def on_start(self) -> None:
        self._task = asyncio.create_task(work())  # -> low unawaited

    def on_end(self) -> None:
        self._task.cancel()


class Spawning:
    def spawn(self) -> None:
        self._all.add(asyncio.create_task(work()))  # -> none | failure: awaited-at-stop


class Ending:
    def __init__(self) -> None:
        self._all: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        for job in self._all:
            job.cancel()
        await asyncio.gather(*self._all)


class Both(Spawning, Ending):
    """The jobs of one are those that the other ends."""


class Looked:
    def start(self) -> None:
        self._late = asyncio.create_task(work())  # -> none | failure: awaited-at-stop

    async def close(self) -> None:
        late = getattr(self, "_late", None)
        if late is not None:
            late.cancel()
            await late


def logged(function):
    @functools.wraps(function)
    async def caught() -> None:
        try:
            await function()
        except Exception as error:
            print(error)

    return caught


@logged
async def wrapped() -> None:
    print(await asyncio.to_thread(open, "list"))


class Logged:
    def start(self) -> None:
        self._task = asyncio.create_task(wrapped())  # -> none | failure: handled

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])


def once_at_a_time(function):
    running = {}

    async def together(key):
        if key not in running:
            running[key] = asyncio.ensure_future(function(key))  # -> none
        return await running[key]

    return together


async def first(loop: asyncio.AbstractEventLoop) -> None:
    one = asyncio.create_task(work())  # -> low unsure
    two = asyncio.create_task(work())  # -> low unsure
    done, _ = await asyncio.wait([one, two], return_when=asyncio.FIRST_COMPLETED)
    print([task.result() for task in done])
    other = asyncio.run_coroutine_threadsafe(work(), loop)  # -> none | failure: awaited
    await asyncio.wrap_future(other)


async def either(how: str) -> None:
    one = asyncio.create_task(once())  # -> low unsure
    done, _ = await asyncio.wait([one], return_when=how)
    print([task.result() for task in done])


async def all_of(names: list[str]) -> None:
    await asyncio.gather(*(wait(name) for name in names))  # -> none | coroutine: *wait
    await asyncio.gather(  # -> none
        *[
            # The slow ones.
            wait(name)
            for name in names
        ]
    )
    by_name = {name: wait(name) for name in names}
    await asyncio.gather(*by_name.values())  # -> none
    await asyncio.gather(*(asyncio.shield(wait(name)) for name in names))  # -> none


async def later(names: list[str]) -> None:
    jobs = []
    for name in names:
        jobs.append(asyncio.create_task(wait(name)))  # -> none | failure: awaited
    await asyncio.gather(*jobs)


async def listed(names: list[str]) -> None:
    jobs = [
        asyncio.create_task(wait(name))  # -> none | failure: awaited
        for name in names
    ]
    await asyncio.gather(*[job for job in jobs if not job.done()])


async def too_late(names: list[str]) -> None:
    jobs = []
    for name in names:
        jobs.append(asyncio.create_task(wait(name)))  # -> none
    for job in jobs:
        job.cancel()
    job = asyncio.create_task(wait("last"))  # -> none
    jobs.append(job)
    await asyncio.gather(*jobs)  # -> none


async def given(names: list[str]) -> None:
    jobs: asyncio.Queue[asyncio.Task[None]] = asyncio.Queue()
    for name in names:
        job = asyncio.create_task(wait(name))  # -> none | failure: logged
        jobs.put_nowait(job)
    print(await jobs.get())


async def wait(name: str) -> None:
    print(await asyncio.to_thread(open, name))


class Awaiting:
    def __await__(self):
        return self._call.__await__()


class Asked(Awaiting):
    def __init__(self, request) -> None:
        self._request = request


class Calling:
    def __init__(self, call: asyncio.Task[None]) -> None:
        self._call = call


class Call(Awaiting, Calling):
    def __init__(self) -> None:
        super().__init__(asyncio.create_task(work()))  # -> none | owner: Calling._call


async def one_after_the_other(keep) -> None:
    """What is done with the second task says nothing of the first."""
    task = asyncio.create_task(work())  # -> low
    keep(task)
    task = asyncio.create_task(work())  # -> none
    task.cancel()
