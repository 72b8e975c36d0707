"""Wrappers that return a task at one place of a tuple or dictionary."""

import asyncio


class Client:
    def pair(self, work):
        task = asyncio.create_task(work())  # -> held returned
        return 1, task

    def inline(self, work):
        return asyncio.create_task(work()), 1  # -> held returned

    def named(self, work):
        return {"task": asyncio.create_task(work()), "id": 1}  # -> held returned

    def both(self, work):
        return asyncio.create_task(work()), asyncio.create_task(work())  # -> held returned, held returned

    def value(self, work):
        value, _ = self.pair(work)  # -> dropped wrapper
        return value

    def task(self, work):
        _, task = self.pair(work)  # -> held returned
        return task

    def first(self, work):
        return self.inline(work)[1]  # -> dropped wrapper

    def by_name(self, work):
        made = self.named(work)  # -> dropped wrapper
        return made["id"]

    def by_name_kept(self, work):
        made = self.named(work)  # -> held returned
        return made["task"]

    def one_of_both(self, work):
        one, _ = self.both(work)  # -> held returned
        return one

    def handed_on(self, work):
        return self.pair(work)  # -> held returned

    def use(self, work):
        self.value(work)
        self.task(work)  # -> dropped wrapper
        self.by_name_kept(work)  # -> dropped wrapper
        number, _ = self.handed_on(work)  # -> dropped wrapper
        return number
