from base import Backend, Mixed


async def work(): ...


def start(backend: Backend, mixed: Mixed):
    backend.spawn(work())  # -> dropped wrapper
    mixed.spawn(work())
