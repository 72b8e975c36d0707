"""Records what becomes of asyncio tasks, for `undangle watch`.

The probe wraps `create_task` of event loops, not the task factory: a program's own factory, eager tasks and loops of
other packages work as before. It refers to tasks weakly, so that it keeps none of them alive, and programs that do
not import asyncio run without it.

Whatever the program's code passes through does its own work by functions that are `harmless`, and then calls the original.

What it finds goes to a file `process-*.jsonl` in the folder that `UNDANGLE_WATCH` names; `journal` says what is in it.
"""

import functools
import os
import sys
from importlib.machinery import PathFinder


def harmless(function):
    """A function of the probe that raises nothing into the program: it returns None where it fails."""

    @functools.wraps(function)
    def guarded(*args):
        try:
            return function(*args)
        except Exception:  # noqa: BLE001 objects of a program may fail in any way
            return None

    return guarded


# What relative names of files refer to, wherever the program goes later.
folder_at_start = harmless(os.getcwd)() or ""
# What `undangle watch` has set, before the program changes its environment.
settings = {
    name: value for name, value in os.environ.items() if name.startswith("UNDANGLE_")
}


class _Finder:
    """Waits for the import of a module, and then does something with it."""

    def __init__(self, name, install):
        self._name = name
        self._install = harmless(install)
        self._is_done = False

    def find_spec(self, name, path=None, target=None):
        if name != self._name or self._is_done:
            return None
        return self._find(path, target)

    @harmless
    def _find(self, path, target):
        spec = PathFinder.find_spec(self._name, path, target)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                # Only now: a program may look for a module that it does not import.
                if not self._is_done:
                    self._is_done = True
                    self._remove()
                    self._install(module)

            spec.loader.exec_module = exec_module
        return spec

    @harmless
    def _remove(self):
        # It fails where the program has put finders of its own around the others.
        sys.meta_path.remove(self)


def _install(asyncio):
    from . import hooks

    hooks.install(asyncio)


def _install_in_pytest(config):
    from . import reports

    reports.install(config)


def start():
    """Watches this process, if `UNDANGLE_WATCH` names a folder."""
    if not settings.get("UNDANGLE_WATCH"):
        return
    if "asyncio" in sys.modules:
        _install(sys.modules["asyncio"])
    else:
        sys.meta_path.insert(0, _Finder("asyncio", _install))
    if settings.get("UNDANGLE_WATCH_TESTS"):
        sys.meta_path.insert(0, _Finder("_pytest.config", _install_in_pytest))
