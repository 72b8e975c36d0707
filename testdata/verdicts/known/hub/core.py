"""A module that calls nothing itself."""

from pools import Pool, spawn

__all__ = ["Pool", "spawn"]
