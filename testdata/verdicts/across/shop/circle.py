"""Functions that call each other round and round."""

from . import keeping


def go_round(task, times):
    if times:
        come_back(task, times - 1)


def come_back(task, times):
    keeping.KEPT.append(task)
    go_round(task, times)


def look_round(task, times):
    if times:
        keeping.read(task)
        keeping.read_far_away(task)
