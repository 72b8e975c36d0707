"""Finds asyncio tasks that nothing keeps; the program is a binary, see `__main__`."""
