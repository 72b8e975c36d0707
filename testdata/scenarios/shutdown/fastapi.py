"""As much of a web framework as the newsroom needs to start and to end."""

import asyncio
from collections.abc import Awaitable, Callable

Handler = Callable[[], Awaitable[None]]


class FastAPI:
    """An application with handlers for its first and its last moment."""

    def __init__(self, lifespan=None) -> None:
        self.lifespan = lifespan
        self.handlers: dict[str, list[Handler]] = {"startup": [], "shutdown": []}

    def on_event(self, event: str) -> Callable[[Handler], Handler]:
        """Register a handler."""

        def register(handler: Handler) -> Handler:
            self.handlers[event].append(handler)
            return handler

        return register

    async def serve(self) -> None:
        """Run for a moment, as a server runs the application for days."""
        if self.lifespan is not None:
            async with self.lifespan(self):
                await asyncio.sleep(0.01)
            return
        for handler in self.handlers["startup"]:
            await handler()
        await asyncio.sleep(0.01)
        for handler in self.handlers["shutdown"]:
            await handler()
