"""The file that a process writes: one JSON object a line.

`process` comes once, `site` for each place that creates tasks, `lost` for each task that was collected while it was
pending, and `counts` from time to time and at the end; each of these replaces the one before. `test` comes for each test
of pytest that fails, if that is asked.
"""

import json
import os
import sys
import threading
import time

from . import harmless, settings

SCHEMA = 1

# Kept here since programs under test replace what `os` offers.
_open, _write, _close, _getpid = os.open, os.write, os.close, os.getpid

_file = None
_lock = threading.RLock()


@harmless
def tell(*lines):
    """Appends lines."""
    global _file
    with _lock:
        if _file is None:
            name = f"process-{_getpid()}-{time.time_ns():x}.jsonl"
            _file = os.path.join(settings["UNDANGLE_WATCH"], name)
            lines = (_process(), *lines)
        texts = [json.dumps(line, separators=(",", ":")) + "\n" for line in lines]
        # Opened for each writing: programs that become daemons close every file.
        file = _open(_file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            _write(file, "".join(texts).encode("utf-8", "backslashreplace"))
        finally:
            _close(file)


def forget():
    """Begins another file, in a forked process."""
    global _file, _lock
    _file = None
    _lock = threading.RLock()


def _process():
    return {
        "kind": "process",
        "schema": SCHEMA,
        "pid": _getpid(),
        "python": sys.version.split()[0],
        "argv": getattr(sys, "orig_argv", None) or sys.argv,
    }
