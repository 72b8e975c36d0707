"""Run each application of the newsroom, and tell what its end leaves behind."""

import asyncio
import gc
import sys
from importlib import import_module


def run(name: str) -> None:
    """Start and end one application in a loop of its own, as a worker that restarts does."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _, context: print(context["message"]))
    loop.run_until_complete(import_module(f"newsroom.{name}").app.serve())
    loop.close()
    print(f"{name} has ended")


if __name__ == "__main__":
    for name in ("feeds", "mail", "desk"):
        run(name)
    # What a module keeps is destroyed with it.
    for name in [n for n in sys.modules if n.startswith("newsroom")]:
        del sys.modules[name]
    gc.collect()
