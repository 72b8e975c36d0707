"""Exceptions of tasks that have failed by the time that something cancels them: asyncio logs them no more."""

import asyncio
import logging

logger = logging.getLogger(__name__)


class Feed:
    def show(self, message) -> None:
        print(int(message))

    async def first_of_two(self, client) -> None:
        """The log of the one that has failed is taken back."""

        async def listen() -> None:
            async for message in client:
                self.show(message)

        async def ping() -> None:
            while True:
                await asyncio.sleep(20)
                self.show(client.latency)

        pumps = [
            asyncio.create_task(listen()),  # -> low lost | failure: lost
            asyncio.create_task(ping()),  # -> low lost | failure: lost
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()

    async def added_one_by_one(self, clients) -> None:
        async def listen(client) -> None:
            async for message in client:
                self.show(message)

        pumps = set()
        for client in clients:
            pump = asyncio.create_task(listen(client))  # -> low lost | failure: lost
            pumps.add(pump)
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in list(pumps):
            pump.cancel()

    async def until_it_fails(self, connect) -> None:
        """The `return` makes no difference to what is lost in a round."""

        async def listen(client) -> None:
            async for message in client:
                self.show(message)

        while True:
            try:
                async with connect() as client:
                    pump = asyncio.create_task(
                        listen(client)
                    )  # -> low lost | failure: lost
                    pumps = [pump]
                    try:
                        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
                    finally:
                        for pump in pumps:
                            pump.cancel()
            except OSError:
                logger.exception("no connection")
                return
            await asyncio.sleep(5)

    async def only_the_others(self, client) -> None:
        """What has failed is not cancelled."""

        async def listen() -> None:
            async for message in client:
                self.show(message)

        pumps = [asyncio.create_task(listen())]  # -> none | failure: logged
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                if not pump.done():
                    pump.cancel()

    async def only_the_pending(self, client) -> None:
        async def listen() -> None:
            async for message in client:
                self.show(message)

        pumps = [asyncio.create_task(listen())]  # -> none | failure: logged
        _, pending = await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for pump in pending:
            pump.cancel()
