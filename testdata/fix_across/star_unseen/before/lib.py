"""Shadows a built-in."""


class set(frozenset): ...
