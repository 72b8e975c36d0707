"""A package that re-exports its wrappers."""

from .spawning import spawn, spawn_kept

__all__ = ["spawn", "spawn_kept"]
