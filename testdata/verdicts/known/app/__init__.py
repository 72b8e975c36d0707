"""A package that never names the one whose wrappers it calls."""
