def spawn(coro):
    coro.close()


def unrelated(): ...
