import asyncio

LIMIT = 3
