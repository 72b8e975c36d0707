import asyncio
import os

CONSTANT = os.getenv("X")
# A comment about the class.


class A:
    def f(self, x):
        asyncio.create_task(x())
