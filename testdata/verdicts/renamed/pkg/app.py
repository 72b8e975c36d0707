"""Calls under other names."""

from pkg.spawning import go as march
from pkg.spawning import spawn as s
from pkg.twice import spawn_again as again

fly = s


async def start(work):
    s(work())  # -> dropped wrapper
    fly(work())  # -> dropped wrapper
    march(work())  # -> dropped wrapper
    again(work())  # -> dropped wrapper
    await s(work())  # -> held awaited


class Service:
    starter = staticmethod(s)

    def run(self, work):
        launch = s
        launch(work())  # -> dropped wrapper
        self.starter(work())  # -> dropped wrapper
