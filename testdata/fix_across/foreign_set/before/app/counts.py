import importlib

tasks = importlib.import_module("app.other")


def count():
    return len(tasks.pending_tasks)
