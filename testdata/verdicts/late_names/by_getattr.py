import third
from third import work


def main():
    getattr(third, "start")(work())  # -> dropped wrapper
