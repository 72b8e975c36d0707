from second import second


def start(coro):
    return second(coro)  # -> held returned


class Pool:
    def spawn(self, coro):
        return second(coro)  # -> held returned

    launch = spawn


class Background:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args):
        return second(self.function(*args))  # -> held returned


POOL = Pool()


async def work(): ...
