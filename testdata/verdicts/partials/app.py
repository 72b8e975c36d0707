"""The same in another file."""

from base import Base, named, shown, work


class Child(Base):
    def go(self):
        self.spawn(work())  # -> dropped wrapper
        self.start(work())  # -> dropped wrapper
        self.shown(work())


def main(base: Base):
    base.spawn(work())  # -> dropped wrapper
    named(work())  # -> dropped wrapper
    shown(work())
