"""Starts and ends the application without a server, and says which of its tasks were collected in between."""

import asyncio
import gc
import sys
from types import ModuleType, SimpleNamespace


class FastAPI:
    """As much of it as the application needs."""

    def __init__(self, lifespan) -> None:
        self.lifespan = lifespan
        self.state = SimpleNamespace()


async def main() -> None:
    from shop.app import app

    lost = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda loop, context: lost.append(context["message"]))
    async with app.lifespan(app):
        await asyncio.sleep(0)
        gc.collect()
        alive = asyncio.all_tasks() - {asyncio.current_task()}
        print(sorted(task.get_coro().__name__ for task in alive), "are alive")
    print(sorted(lost))


if __name__ == "__main__":
    fastapi = ModuleType("fastapi")
    fastapi.FastAPI = FastAPI
    sys.modules["fastapi"] = fastapi
    asyncio.run(main())
