from opted_out import spawn, spawn_again, spawn_both, spawn_if, spawn_soon


async def work(): ...


async def start():
    spawn(work())
    spawn_again(work())
    spawn_if(work(), True)
    spawn_both(work())
    await spawn_soon(work())
