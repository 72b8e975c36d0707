from app.api import Server
from app.base import Client as Base
from app.base import Record, Worker as AnyWorker
from library import Client, Worker
import attr


class Other(Client):
    def __init__(self):
        self.other = True


class Calls(Base):
    def __init__(self):
        super().__init__()
        self.calls = True


class Renamed(AnyWorker):
    def __init__(self):
        self.renamed = True


class Starred(Server):
    def __init__(self):
        self.starred = True


@attr.define
class Attrs(Record):
    x: int
