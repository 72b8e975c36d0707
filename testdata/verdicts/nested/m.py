"""Tasks kept beside other things: in pairs, in lists, in dictionaries within a container."""

import asyncio
import itertools
from collections import defaultdict


async def pairs(send, users):
    jobs = []
    for user in users:
        jobs.append((asyncio.create_task(send(user)), user))  # -> held gathered
    await asyncio.gather(*[job[0] for job in jobs])  # -> held awaited


async def pairs_one_by_one(send, users):
    jobs = []
    for user in users:
        jobs.append((user, asyncio.create_task(send(user))))  # -> held awaited
    for item in jobs:
        await item[-1]


async def records(send, users):
    jobs = [{"task": asyncio.create_task(send(user)), "user": user} for user in users]  # -> held awaited
    for job in jobs:
        await job["task"]


async def records_of_which_another_part_is_read(send, users):
    jobs = [{"task": asyncio.create_task(send(user)), "user": user} for user in users]  # -> dropped local-container
    return [job["user"] for job in jobs]


async def pairs_of_which_another_part_is_read(send, users):
    jobs = []
    for user in users:
        jobs.append((asyncio.create_task(send(user)), user))  # -> dropped local-container
    return [job[1] for job in jobs]


async def pairs_of_which_some_part_is_read(send, users, part):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> unsure argument
    return [job[part] for job in jobs]


async def some_part_is_only_printed(send, users, part):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> dropped local-container
    for job in jobs:
        print(job[part])


async def by_key(send, users):
    jobs = {}
    for user in users:
        jobs[user] = (asyncio.create_task(send(user)), user)  # -> held awaited
    for user in jobs:
        await jobs[user][0]


async def by_key_and_item(send, users):
    jobs = {user: [asyncio.create_task(send(user)), user] for user in users}  # -> held awaited
    for item in jobs.items():
        await item[1][0]


async def returned_out_of_pairs(send, users):
    jobs = []
    for user in users:
        jobs.append((asyncio.create_task(send(user)), user))  # -> held returned
    return [job[0] for job in jobs]


class Pool:
    def __init__(self):
        self.tasks = []

    def start(self, send, users):
        jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> held container
        for job in jobs:
            self.tasks.append(job[0])


async def grouped(send, users):
    groups = defaultdict(list)
    for user in users:
        groups[user.room].append(asyncio.create_task(send(user)))  # -> held awaited
    for room, group in groups.items():
        for task in group:
            await task


async def grouped_and_looked_up(send, users):
    groups = {}
    for user in users:
        groups.setdefault(user.room, []).append(asyncio.create_task(send(user)))  # -> held awaited
    for room in groups:
        for task in groups[room]:
            await task


async def grouped_and_forgotten(send, users):
    groups = defaultdict(list)
    for user in users:
        groups[user.room].append(asyncio.create_task(send(user)))  # -> dropped local-container
    for room, group in groups.items():
        print(room, len(group))


async def groups_of_pairs(send, users):
    groups = defaultdict(list)
    for user in users:
        groups[user.room].append((user, asyncio.create_task(send(user))))  # -> held awaited
    for pairs in groups.values():
        for pair in pairs:
            await pair[1]


async def put_together(send, users):
    groups = defaultdict(list)
    for user in users:
        groups[user.room].append(asyncio.create_task(send(user)))  # -> held gathered
    await asyncio.gather(*itertools.chain.from_iterable(groups.values()))  # -> held awaited


async def numbered(send, users):
    jobs = [(user, asyncio.create_task(send(user))) for user in users]  # -> held awaited
    for number, (user, task) in enumerate(jobs):
        print(number, user)
        await task


async def numbered_as_one(send, users):
    tasks = [asyncio.create_task(send(user)) for user in users]  # -> held awaited
    for item in enumerate(tasks):
        await item[1]


async def zipped(send, users):
    tasks = [asyncio.create_task(send(user)) for user in users]  # -> held awaited
    for item in zip(users, tasks):
        await item[1]


async def zipped_and_forgotten(send, users):
    tasks = [asyncio.create_task(send(user)) for user in users]  # -> dropped local-container
    for user, _task in zip(users, tasks):
        print(user)


async def a_part_of_them(send, users):
    tasks = [asyncio.create_task(send(user)) for user in users]  # -> held awaited
    for task in tasks[1:]:
        await task


async def unpacked(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> held gathered
    tasks, names = zip(*jobs)
    await asyncio.gather(*tasks)  # -> held awaited
    print(names)


async def unpacked_and_forgotten(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> dropped local-container
    for task, user in jobs:
        print(user)


async def joined(send, users):
    jobs = []
    jobs.extend((asyncio.create_task(send(user)), user) for user in users)  # -> held awaited
    jobs += [(asyncio.create_task(send(user)), user) for user in users]  # -> held awaited
    first, *rest = jobs
    await first[0]
    for job in rest:
        await job[0]


async def taken_one_by_one(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> held awaited
    while jobs:
        job = jobs.pop()
        await job[0]


async def wait_for_all(jobs):
    for job in jobs:
        await job[0]


async def count(jobs):
    for job in jobs:
        print(job[1])


async def handed_on(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> held awaited
    await wait_for_all(jobs)


async def handed_on_and_forgotten(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> dropped local-container
    await count(jobs)


async def matched(send, users):
    jobs = [(asyncio.create_task(send(user)), user) for user in users]  # -> unsure argument
    match jobs[0]:
        case (task, _):
            await task


async def deeper_than_anybody_looks(send, users):
    jobs = [[[[[[asyncio.create_task(send(user))]]]]] for user in users]  # -> unsure argument
    for job in jobs:
        await job[0][0][0][0][0]
