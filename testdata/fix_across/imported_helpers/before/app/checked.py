import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.tasks import spawn


async def main():
    asyncio.create_task(asyncio.sleep(0))
