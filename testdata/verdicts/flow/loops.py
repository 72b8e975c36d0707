"""Functions that have the loop run: until then their frames hold what is theirs."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from aiohttp import web
from tornado.ioloop import IOLoop
from twisted.internet import reactor


def for_good(work, loop):
    task = loop.create_task(work())  # -> held frame
    loop.run_forever()


def until_something_is_done(work, main, loop):
    task = loop.create_task(work())  # -> unsure conditional
    loop.run_until_complete(main())


def until_something_gives_a_result(work, main, loop):
    task = loop.create_task(work())  # -> unsure conditional
    result = loop.run_until_complete(main())
    return result


def before(work, main, loop):
    loop.run_until_complete(main())
    task = loop.create_task(work())  # -> dropped unread


def by_a_runner(work, main):
    with asyncio.Runner() as runner:
        task = runner.get_loop().create_task(work())  # -> unsure conditional
        runner.run(main())


def in_a_pool(work, main, loop):
    task = loop.create_task(work())  # -> dropped unread
    ThreadPoolExecutor().run(main)


def by_twisted(work, loop):
    task = loop.create_task(work())  # -> held frame
    reactor.run()


def by_tornado(work, loop):
    task = loop.create_task(work())  # -> held frame
    IOLoop.current().start()


def by_aiohttp(work, loop, app):
    task = loop.create_task(work())  # -> held frame
    web.run_app(app, loop=loop)


def in_a_list(works, main, loop):
    tasks = [loop.create_task(work()) for work in works]  # -> unsure conditional
    loop.run_until_complete(main())


def rebound(works, main, loop):
    for work in works:
        task = loop.create_task(work())  # -> dropped unread
    loop.run_until_complete(main())


def rebound_after_each(works, main, loop):
    for work in works:
        task = loop.create_task(work())  # -> unsure conditional
        loop.run_until_complete(main())


def dropped_all_the_same(work, main, loop):
    loop.create_task(work())  # -> dropped discarded
    loop.run_until_complete(main())
