"""Remembers recipients, and looks them up again behind the reader's back."""

from __future__ import annotations

from asyncio import ensure_future, sleep
from time import monotonic


class Cache:
    def __init__(self, lifetime: float = 60.0) -> None:
        self.lifetime = lifetime
        self._entries: dict[str, tuple[float, dict]] = {}

    async def get(self, name: str) -> dict:
        if name not in self._entries:
            await self.refresh(name)
        since, entry = self._entries[name]
        ensure_future(self.refresh(name)) if self._is_stale(since) else None
        return entry

    async def refresh(self, name: str) -> None:
        await sleep(0.01)
        self._entries[name] = (monotonic(), {"name": name})

    async def refresh_forever(self) -> None:
        while True:
            await sleep(self.lifetime)
            for name in list(self._entries):
                pending = ensure_future(self.refresh(name))

    def _is_stale(self, since: float) -> bool:
        return monotonic() - since > self.lifetime
