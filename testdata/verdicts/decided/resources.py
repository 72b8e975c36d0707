"""Classes of objects that another file makes."""

from dataclasses import dataclass

KNOWN = []


class Res:
    limit = 3

    def __init__(self, name):
        self.name = name
        self.label = self.make_label()

    def make_label(self):
        return self.name.upper()


@dataclass
class Record:
    name: str
    task: object = None


class Registered:
    def __init__(self):
        self.register()

    def register(self):
        KNOWN.append(self)


class Guarded:
    @property
    def task(self):
        return KNOWN[-1]

    @task.setter
    def task(self, task):
        KNOWN.append(task)


class Derived(Registered):
    pass


class Slot:
    def __set__(self, owner, value):
        KNOWN.append(value)


class Described:
    task = Slot()


def make():
    res = Res("made")
    KNOWN.append(res)
    return res


if KNOWN:

    class Either:
        pass

else:

    class Either(Registered):
        pass
