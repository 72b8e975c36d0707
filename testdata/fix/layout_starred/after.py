import asyncio
from typing import Any

# Strong references: the event loop keeps only weak ones.
_background_tasks: set[asyncio.Future[Any]] = set()


async def handle(executions, entities, data):
    results = {}
    try:
        future = asyncio.gather(
            *(
                _entity_execute(entities[entity_id], data, execution)
                for entity_id, execution in executions.items()
            )
        )
        _background_tasks.add(future)
        future.add_done_callback(_background_tasks.discard)
        print(
            asyncio.shield(future),
            2,
        )
    except TimeoutError:
        pass
    return results


async def filtered(stations, wanted, options):
    for station in stations:
        future = asyncio.gather(
            *[
                station.fetch_everything(name, **options, retries=3)
                for name in sorted(wanted.for_station(station), key=by_name)
                if name not in station.known_names
                and station.has_room_for(name)
                and not station.closed
            ]
        )
        _background_tasks.add(future)
        future.add_done_callback(_background_tasks.discard)
        print(
            asyncio.shield(future),
            end="",
        )


async def short(stations, wanted):
    future = asyncio.gather(
        *(station.fetch_all(wanted, retries=3) for station in stations)
    )
    _background_tasks.add(future)
    future.add_done_callback(_background_tasks.discard)
    print(
        asyncio.shield(future),
        end="",
    )


async def mixed(station, first, second):
    task = asyncio.create_task(
        station.fetch_everything(
            first.long_name if first.is_known_to(station) else second.long_name
        )
    )
    _background_tasks.add(task)
    task.add_done_callback(_background_tasks.discard)
    print(
        asyncio.shield(task),
        end="",
    )


async def _entity_execute(entity, data, execution):
    await asyncio.sleep(0)


def by_name(name):
    return name
