"""Wrappers whose parameters decide whether they make a task."""

import asyncio

DEFAULT = False


def spawn(coro, background=False):
    if background:
        return asyncio.create_task(coro)  # -> held returned
    asyncio.run(coro)


def spawn_by_default(coro, background=True):
    if not background:
        return asyncio.run(coro)
    return asyncio.create_task(coro)  # -> held returned


def spawn_if_both(coro, *, background=False, detached=True):
    if background and detached:
        return asyncio.create_task(coro)  # -> held returned
    return None


def spawn_in_an_expression(coro, background=None):
    return asyncio.create_task(coro) if background else None  # -> held returned


def spawn_as_configured(coro, background=DEFAULT):
    if background:
        return asyncio.create_task(coro)  # -> held returned
    asyncio.run(coro)


def spawn_in_any_case(coro, named=False):
    if named:
        return asyncio.create_task(coro, name="x")  # -> held returned
    return asyncio.create_task(coro)  # -> held returned


def spawn_where_a_loop_runs(coro, loop, background=False):
    if loop.is_running() and background:
        return asyncio.create_task(coro)  # -> held returned
    asyncio.run(coro)


def spawn_in_a_mode(coro, mode="call"):
    if mode == "task":
        return asyncio.create_task(coro)  # -> held returned
    elif mode == "named":
        return asyncio.create_task(coro, name="x")  # -> held returned
    return coro


def spawn_with_a_name(coro, name=None):
    if name is None:
        return coro
    return asyncio.create_task(coro, name=name)  # -> held returned


class Pool:
    def spawn(self, coro, background=False):
        if background:
            return asyncio.create_task(coro)  # -> held returned
        else:
            asyncio.run(coro)

    async def send(self, work, inline=False):
        if inline:
            return await work()
        elif self.closed:
            return None
        else:
            return asyncio.create_task(work())  # -> held returned

    def hand_on(self, work, now=True):
        return self.send(work, inline=now)


def start(work, flag, options):
    spawn(work())
    spawn(work(), background=False)
    spawn(work(), background=True)  # -> dropped wrapper
    spawn(work(), True)  # -> dropped wrapper
    spawn(work(), flag)  # -> unsure conditional
    spawn(work(), background=flag)  # -> unsure conditional
    spawn(work(), **options)  # -> unsure conditional
    spawn_by_default(work())  # -> dropped wrapper
    spawn_by_default(work(), False)
    spawn_by_default(work(), background=None)
    spawn_if_both(work())
    spawn_if_both(work(), background=True)  # -> dropped wrapper
    spawn_if_both(work(), background=True, detached=False)
    spawn_if_both(work(), background=True, detached=flag)  # -> unsure conditional
    spawn_in_an_expression(work())
    spawn_in_an_expression(work(), 1)  # -> dropped wrapper
    spawn_as_configured(work())  # -> unsure conditional
    spawn_as_configured(work(), True)  # -> dropped wrapper
    spawn_in_any_case(work())  # -> dropped wrapper
    spawn_in_any_case(work(), named=True)  # -> dropped wrapper
    spawn_in_any_case(work(), named=flag)  # -> dropped wrapper
    spawn_in_a_mode(work())
    spawn_in_a_mode(work(), "call")
    spawn_in_a_mode(work(), "task")  # -> dropped wrapper
    spawn_in_a_mode(work(), mode="named")  # -> dropped wrapper
    spawn_in_a_mode(work(), flag)  # -> unsure conditional
    spawn_with_a_name(work())
    spawn_with_a_name(work(), "x")  # -> dropped wrapper
    spawn_with_a_name(work(), name=flag)  # -> unsure conditional
    spawn_where_a_loop_runs(work(), flag, True)  # -> unsure conditional


async def through_an_object(pool: Pool, work, flag):
    pool.spawn(work())
    pool.spawn(work(), True)  # -> dropped wrapper
    pool.spawn(work(), background=True)  # -> dropped wrapper
    Pool.spawn(pool, work(), True)  # -> dropped wrapper
    await pool.send(work)  # -> unsure conditional
    await pool.send(work, inline=True)
    await pool.send(work, inline=False)  # -> unsure conditional
    await pool.send(work, inline=flag)  # -> unsure conditional
    await pool.hand_on(work)
    await pool.hand_on(work, False)  # -> unsure conditional


def dispatch(event):
    if event is None:
        return []
    return asyncio.create_task(work(event))  # -> held returned


def give(event, other=None):
    dispatch(event)  # -> dropped wrapper
    dispatch(event.inner)  # -> dropped wrapper
    dispatch(other)  # -> unsure conditional
    dispatch(None)
