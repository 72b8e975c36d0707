from .base import Base
from .util import spawn, spawn_all, spawn_one_of, spawn_soon


class App(Base):
    async def run(self, x):
        self.dispatch(x())
        self.named(x())
        spawn(x())
        await spawn_soon(x())
        spawn_all([x()])
        spawn_one_of(x(), x(), True)
        spawn(x())  # noqa: RUF006
