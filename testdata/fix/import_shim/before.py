import sys

try:
    import asyncio
except ImportError:
    asyncio = None

try:
    import uvloop
except ImportError:

    class uvloop:
        pass

def f(x):
    asyncio.create_task(x())
