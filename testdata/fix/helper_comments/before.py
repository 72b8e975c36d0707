import asyncio


class Worker:
    def start(self):
        asyncio.create_task(self.work("some argument"))  # a comment that is counted
        asyncio.create_task(self.work("some argument"))  # noqa: F821 that is not counted
        asyncio.create_task(self.work("an argument"))  # type: ignore[unused-awaitable]
        asyncio.create_task(self.work("some argument"))  # mypy: is counted all the same
        self.name = asyncio.create_task(self.work("name")).get_name()  # its name
        asyncio.create_task(
            self.work("some argument that is too long for one line of the editor")
        )  # short

    async def work(self, what):
        await asyncio.sleep(0)
