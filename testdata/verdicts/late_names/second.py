from first import first


def second(coro):
    return first(coro)  # -> held returned
