"""Where the project gets its asyncio from."""

try:
    import asyncio
except ImportError:
    import trollius as asyncio

from asyncio import ensure_future as start_soon

LOOP = asyncio.new_event_loop()

__all__ = ["LOOP", "asyncio", "start_soon"]
