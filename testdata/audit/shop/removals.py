"""Tasks that their own coroutines remove from where another object keeps them."""

import asyncio


class Relay:
    """A pair of sockets; the proxy keeps its task."""

    def __init__(self, host: str, proxy) -> None:
        self.host = host
        self.proxy = proxy

    async def handle(self) -> None:
        try:
            await asyncio.open_connection(self.host, 1)
        except ConnectionError:
            pass
        finally:
            self.proxy.relays.pop(self, None)


class Proxy:
    def __init__(self) -> None:
        self.relays = {}

    async def accept(self, hosts) -> None:
        async for host in hosts:
            relay = Relay(host, self)
            self.relays[relay] = asyncio.create_task(
                relay.handle()
            )  # -> none | failure: logged

    async def close(self) -> None:
        for task in self.relays.values():
            task.cancel()
        await asyncio.wait(self.relays.values())


class Dispatchers:
    """An entry that is still there when the next starts has not ended."""

    def __init__(self) -> None:
        self._dispatchers = {}

    def start(self, name: str) -> None:
        task = self._dispatchers.get(name)
        if task is not None:
            if not task.done():
                return
            task.result()
        self._dispatchers[name] = asyncio.create_task(
            self._dispatch(name)
        )  # -> none | failure: logged

    async def read(self, name: str) -> None:
        """A task that is found while it runs is read in the end."""
        task = self._readers[name]
        await asyncio.wait([task])
        print(task.result())

    def start_reader(self, name: str) -> None:
        self._readers[name] = asyncio.create_task(
            self._read(name)
        )  # -> none | failure: observed

    async def _read(self, name: str) -> None:
        try:
            await asyncio.open_connection(name, 1)
        finally:
            self._readers.pop(name, None)

    async def _dispatch(self, name: str) -> None:
        try:
            await asyncio.open_connection(name, 1)
        finally:
            self._dispatchers.pop(name, None)

    async def close(self) -> None:
        tasks = [*self._dispatchers.values(), *self._readers.values()]
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


class Board:
    """Its set is made where it is first needed, and reached by a local name."""

    _posts: set[asyncio.Task[None]] | None

    def __init__(self) -> None:
        self._posts = None

    async def _post(self, text: str) -> None:
        await asyncio.to_thread(print, text)

    def post(self, text: str) -> None:
        posts = getattr(self, "_posts", None)
        if posts is None:
            posts = set()
            object.__setattr__(self, "_posts", posts)
        task = asyncio.create_task(
            self._post(text)
        )  # -> none | owner: Board._posts | stopped_by: `Board.close` cancels it
        posts.add(task)
        task.add_done_callback(posts.discard)

    async def close(self) -> None:
        posts = list(self._posts or ())
        for post in posts:
            post.cancel()
        await asyncio.gather(*posts, return_exceptions=True)  # -> none


class Writer:
    """Nothing stops it: only its inner loop ends with the queue."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def _write(self) -> None:
        while True:
            batch = [await self._queue.get()]
            while True:
                try:
                    batch.append(self._queue.get_nowait())
                except asyncio.QueueEmpty:
                    break
            await asyncio.to_thread(print, batch)

    def start(self) -> None:
        self._task = asyncio.create_task(
            self._write()
        )  # -> medium endless | stop: nothing


class Feed:
    """`cancel()` takes back that asyncio logs the exception of a task that has failed."""

    def __init__(self) -> None:
        self._read: asyncio.Task[None] | None = None
        self._check: asyncio.Task[None] | None = None

    async def _fetch(self) -> None:
        await asyncio.to_thread(print, "fetch")

    def start(self) -> None:
        self._read = asyncio.create_task(self._fetch())  # -> low | failure: lost
        self._check = asyncio.create_task(self._fetch())  # -> low | failure: logged

    def stop(self) -> None:
        if self._read is not None:
            self._read.cancel()
            self._read = None
        if self._check is not None:
            if not self._check.done():
                self._check.cancel()
            self._check = None

    async def once(self) -> None:
        probe = asyncio.create_task(self._fetch())  # -> low | failure: lost
        try:
            await asyncio.sleep(5)
        finally:
            probe.cancel()


class Ticker:
    """What closes it empties the attribute before it calls what does so, too."""

    def __init__(self, source) -> None:
        self._source = source
        self._tick: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._tick = asyncio.create_task(
            self._read()
        )  # -> medium lost-worker | failure: lost

    async def close(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        self.rewind()

    def rewind(self) -> None:
        self._source.clear()
        self._drop_tick()

    def _drop_tick(self) -> None:
        self._tick = None

    async def _read(self) -> None:
        while True:
            item = await self._source.get()
            if item is None:
                return
            print(int(item))


class Timer(Ticker):
    """It leaves a task alone that is done, so that the next call drops one that has failed."""

    def __init__(self, source) -> None:
        super().__init__(source)
        self._watch: asyncio.Task[None] | None = None

    async def open(self) -> None:
        self._watch = asyncio.create_task(
            self._read()
        )  # -> low unawaited | failure: logged

    async def close(self) -> None:
        if self._watch and not self._watch.done():
            self._watch.cancel()
            self._watch = None
        self._drop_watch()

    def _drop_watch(self) -> None:
        self._watch = None


class Link:
    """The callback of a try forgets the next one, which the try has made before it ended."""

    def __init__(self, net) -> None:
        self._net = net
        self._retry: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        try:
            await self._net.open()
        except OSError:
            await asyncio.sleep(1)
            retry = asyncio.create_task(
                self.connect()
            )  # -> low unsure | owner: unknown | lifetime: unknown | stop: unknown | failure: logged
            self._retry = retry

            def forget(_: asyncio.Task[None]) -> None:
                self._retry = None

            retry.add_done_callback(forget)

    async def close(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
            self._retry = None


class Debounced:
    """The callback of the cancelled task comes after the next one is stored; it looks which task is there, or not."""

    def __init__(self) -> None:
        self._saving: asyncio.Task[None] | None = None
        self._sending: asyncio.Task[None] | None = None
        self._waiting: asyncio.Task[None] | None = None

    async def _later(self) -> None:
        await asyncio.sleep(3)
        print(int("later"))

    def save(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
        self._saving = asyncio.create_task(
            self._later()
        )  # -> low unsure | owner: unknown | lifetime: unknown | stop: unknown
        self._saving.add_done_callback(self._saved)

    def _saved(self, _: asyncio.Task[None]) -> None:
        self._saving = None

    def send(self) -> None:
        if self._sending is not None:
            self._sending.cancel()
        self._sending = asyncio.create_task(
            self._later()
        )  # -> low | owner: Debounced._sending | lifetime: object
        self._sending.add_done_callback(self._sent)

    def _sent(self, task: asyncio.Task[None]) -> None:
        if self._sending is task:
            self._sending = None

    def wait(self) -> None:
        if self._waiting is None:
            self._waiting = asyncio.create_task(
                self._later()
            )  # -> low | owner: Debounced._waiting | lifetime: object
            self._waiting.add_done_callback(self._waited)

    def _waited(self, _: asyncio.Task[None]) -> None:
        self._waiting = None

    def close(self) -> None:
        for task in (self._saving, self._sending, self._waiting):
            if task is not None:
                task.cancel()
