import asyncio


async def handle(executions, entities, data):
    results = {}
    try:
        print(
            asyncio.shield(
                asyncio.gather(
                    *(
                        _entity_execute(entities[entity_id], data, execution)
                        for entity_id, execution in executions.items()
                    )
                )
            ),
            2,
        )
    except TimeoutError:
        pass
    return results


async def filtered(stations, wanted, options):
    for station in stations:
        print(
            asyncio.shield(
                asyncio.gather(
                    *[
                        station.fetch_everything(name, **options, retries=3)
                        for name in sorted(wanted.for_station(station), key=by_name)
                        if name not in station.known_names
                        and station.has_room_for(name)
                        and not station.closed
                    ]
                )
            ),
            end="",
        )


async def short(stations, wanted):
    print(
        asyncio.shield(
            asyncio.gather(
                *(station.fetch_all(wanted, retries=3) for station in stations)
            )
        ),
        end="",
    )


async def mixed(station, first, second):
    print(
        asyncio.shield(
            asyncio.create_task(
                station.fetch_everything(
                    first.long_name if first.is_known_to(station) else second.long_name
                )
            )
        ),
        end="",
    )


async def _entity_execute(entity, data, execution):
    await asyncio.sleep(0)


def by_name(name):
    return name
