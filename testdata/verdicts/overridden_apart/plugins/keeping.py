"""Subclasses that nothing else imports."""

from pkg import App, Bus
from pkg.bus import Reading


class KeepingBus(Bus):
    def fire(self, coro):
        self.task = super().fire(coro)  # -> held attribute
        return self.task


class KeepingApp(App):
    def made(self, task):
        self.task = task
        return task


class KeepingReading(Reading):
    def made(self, task):
        self.task = task
