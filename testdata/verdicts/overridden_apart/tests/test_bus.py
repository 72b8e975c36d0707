"""A double, which production code does not get."""

from pkg import Plain


class Tracking(Plain):
    def fire(self, coro):
        self.task = super().fire(coro)  # -> held attribute
        return self.task


def test_fire(plain: Plain, work):
    plain.fire(work())  # -> unsure receiver
