"""The arms of a ternary in brackets are broken where they get too long."""

import asyncio


async def work(n): ...


def started(ready, a_long_name_of_a_parameter, another_long_name_of_a_parameter):
    _ = (
        asyncio.create_task(work(a_long_name_of_a_parameter + another_long_name_of_))
        if ready
        else None
    )
    print(
        asyncio.create_task(work(a_long_name_of_a_parameter + another_long_name_of_))
        if ready
        else None
    )


async def repeated(ready, a_long_name_of_a_parameter, another_long_name_of_a_parameter):
    while True:
        (
            asyncio.create_task(work(a_long_name_of_a_parameter + another_long_na))
            if ready
            else asyncio.create_task(work(another_long_name_of_a_parameter + a_lo))
        )
        (
            ready
            and asyncio.create_task(work(a_long_name_of_a_parameter + another_long_))
        )
        await asyncio.sleep(1)
