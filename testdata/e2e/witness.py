"""Starts jobs that only their own tasks know, collects rubbish, and says which are left.

A job waits for a future of its own. Its task refers to the future, the future refers to
the task through its callback, and nothing else refers to either: just what the garbage
collector takes for rubbish. The witness keeps a weak reference to each future, and ends
the wait of those that are still there.
"""

import asyncio
import gc
import weakref

_gates = {}
_finished = set()


async def job(name):
    gate = asyncio.get_running_loop().create_future()
    _gates[name] = weakref.ref(gate)
    await gate
    _finished.add(name)


async def _turn():
    for _ in range(10):
        await asyncio.sleep(0)


async def _main(forms):
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    for form in forms:
        await form()
    await _turn()
    gc.collect()
    for gate in [reference() for reference in _gates.values()]:
        if gate is not None:
            gate.set_result(None)
    await _turn()


def run(*forms):
    """Runs the forms, one after the other, and prints what became of every job."""
    asyncio.run(_main(forms))
    for name in sorted(_gates):
        print("finished" if name in _finished else "lost", name)
