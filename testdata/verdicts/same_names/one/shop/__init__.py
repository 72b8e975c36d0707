"""A package in a folder that is none."""

KEPT = []


def keep(task):
    KEPT.append(task)


def tell(task):
    print(task)
