from app import queues


def stop():
    for task in getattr(queues, "tasks"):
        task.cancel()
