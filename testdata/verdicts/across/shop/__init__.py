"""A package that hands on what its modules define."""

from .keeping import keep, registry

__all__ = ["keep", "registry"]
