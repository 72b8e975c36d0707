"""Records what becomes of asyncio tasks, for `undangle watch`.

The probe wraps `create_task` of event loops, not the task factory: a program's own factory, eager tasks and loops of
other packages work as before. It refers to tasks weakly, so that it keeps none of them alive, and programs that do
not import asyncio run without it.

What it finds goes to a file `process-*.jsonl` in the folder that `UNDANGLE_WATCH` names; `journal` says what is in it.
"""

import os
import sys
from importlib.machinery import PathFinder


class _Finder:
    """Waits for the import of a module, and then does something with it."""

    def __init__(self, name, install):
        self._name = name
        self._install = install

    def find_spec(self, name, path=None, target=None):
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            execute, install = spec.loader.exec_module, self._install

            def exec_module(module):
                execute(module)
                install(module)

            spec.loader.exec_module = exec_module
        return spec


def _install(asyncio):
    from . import hooks

    hooks.install(asyncio)


def _install_in_pytest(config):
    from . import reports

    reports.install(config)


def start():
    """Watches this process, if `UNDANGLE_WATCH` names a folder."""
    if not os.environ.get("UNDANGLE_WATCH"):
        return
    if "asyncio" in sys.modules:
        _install(sys.modules["asyncio"])
    else:
        sys.meta_path.insert(0, _Finder("asyncio", _install))
    if os.environ.get("UNDANGLE_WATCH_TESTS"):
        sys.meta_path.insert(0, _Finder("_pytest.config", _install_in_pytest))
