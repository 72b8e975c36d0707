"""Subclasses that keep the tasks which their bases make."""

from bus import Assigned, Bus, Flagged, Queued
from middle import Middle

KEPT = set()


def kept(task):
    KEPT.add(task)
    task.add_done_callback(KEPT.discard)
    return task


def keeping_fire(self, coro):
    return kept(super(Assigned, self).fire(coro))


class KeepingBus(Bus):
    def fire(self, coro):
        return kept(super().fire(coro))  # -> held argument

    def again(self):
        self.task = super().again()  # -> held attribute
        return self.task

    @classmethod
    def made(cls, coro):
        return kept(super().made(coro))  # -> held argument


class KeepingQueued(Queued):
    def fire(self, coro):
        self.waiting.append(coro)


class KeepingDeep(Middle):
    def fire(self, coro):
        self.task = super().fire(coro)  # -> held attribute


class KeepingFlagged(Flagged):
    def fire(self, coro, keep=False):
        task = super().fire(coro)  # -> held returned
        if keep:
            KEPT.add(task)
        return task


class KeepingAssigned(Assigned):
    fire = keeping_fire
