"""Which tests of pytest fail: a plugin that every `PytestPluginManager` has, so that no flag of pytest changes."""

import functools

from . import harmless
from .journal import tell


class _Plugin:
    def pytest_runtest_logreport(self, report):
        _tell_failure(report, "FAILED" if report.when == "call" else "ERROR")

    def pytest_collectreport(self, report):
        _tell_failure(report, "ERROR")


@harmless
def _tell_failure(report, word):
    if report.failed:
        tell({"kind": "test", "name": f"{word} {report.nodeid}"})


@harmless
def _register(manager):
    manager.register(_Plugin(), "undangle")


def install(config):
    manager = getattr(config, "PytestPluginManager", None)
    if manager is None:
        return
    original = manager.__init__

    @functools.wraps(original)
    def __init__(self, *args, **kwargs):
        original(self, *args, **kwargs)
        _register(self)

    manager.__init__ = __init__
