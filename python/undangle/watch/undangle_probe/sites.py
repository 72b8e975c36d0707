"""Where tasks are created: the frames of the program, and the counts of each place."""

import contextvars
import os
import sysconfig

from . import folder_at_start, settings
from .journal import tell

ENDS = ("finished", "failed", "cancelled", "left", "unretrieved", "lost")

# How many frames of the program are a site: the call, and the callers of a function that wraps it.
_MAX_FRAMES = 6
_KEY_LENGTH = 2 * _MAX_FRAMES

_OWN, _PACKAGE, _STDLIB = 0, 1, 2
_PACKAGES = tuple(
    f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages")
)


def _library_folders():
    paths = [
        sysconfig.get_path("stdlib"),
        sysconfig.get_path("platstdlib"),
        os.path.dirname(__file__),
    ]
    paths = {
        os.path.abspath(path) for path in [*paths, os.path.dirname(os.__file__)] if path
    }
    return tuple(
        os.path.join(path, "") for path in paths | set(map(os.path.realpath, paths))
    )


_library = _library_folders()
_ROOTS = settings.get("UNDANGLE_WATCH_ROOTS", "").split(os.pathsep)
_ROOTS = tuple(os.path.join(root, "") for root in _ROOTS if root)

# Whose code a file is, by its name.
_kinds = {}
# The ids of code objects below which no frame has a part in what a loop runs.
boundaries = set()
# The callback that creates the task of `run_coroutine_threadsafe`; and where that was called.
threadsafe_callback = None
threadsafe_site = contextvars.ContextVar("undangle_threadsafe_site", default=None)
# By the ids of code objects and the offsets of their instructions.
sites = {}


class Site:
    """A place that creates tasks, with the counts of them."""

    __slots__ = (
        "codes",
        "coroutine",
        "created",
        "ends",
        "frames",
        "holders",
        "is_library",
        "number",
    )

    def __init__(self, frames, is_library, codes, coroutine):
        self.number = len(sites)
        self.frames = frames
        # They are kept, since their ids are the key.
        self.codes = codes
        self.is_library = is_library
        self.coroutine = coroutine
        self.created = 0
        self.ends = dict.fromkeys(ENDS, 0)
        # How many tasks had which owners, of those that were looked at.
        self.holders = {}

    def place(self):
        return {
            "kind": "site",
            "site": self.number,
            "frames": self.frames,
            "library": self.is_library,
            "coroutine": self.coroutine,
        }

    def counts(self):
        return {
            "site": self.number,
            "created": self.created,
            **self.ends,
            "holders": list(self.holders.items()),
        }


def site_of(frame, coroutine):
    """The site of a task: the innermost frames of the program up to those of the loop, or else one of a package."""
    key = ()
    inner = frame
    while frame is not None:
        code = frame.f_code
        kind = _kinds.get(code.co_filename)
        if kind == _OWN:
            key += id(code), frame.f_lasti
            if len(key) == _KEY_LENGTH:
                break
        elif kind is None:
            # It is looked at again.
            _kind_of(code.co_filename)
            continue
        elif key or id(code) in boundaries:
            break
        frame = frame.f_back
    site = sites.get(key) if key else None
    return site or _rare_site(inner, coroutine)


def _rare_site(frame, coroutine):
    """A site that is new, or has no frame of the program."""
    key, codes = [], []
    package = None
    is_threadsafe = False
    while frame is not None and len(codes) < _MAX_FRAMES:
        code = frame.f_code
        kind = _kind_of(code.co_filename)
        if kind == _OWN:
            key += (id(code), frame.f_lasti)
            codes.append(code)
        elif codes or id(code) in boundaries:
            break
        elif kind == _PACKAGE:
            package = package or (code, frame.f_lasti)
        elif code is threadsafe_callback:
            is_threadsafe = True
        frame = frame.f_back
    site = threadsafe_site.get() if is_threadsafe and not key else None
    if site is not None:
        return site
    is_library = not key and package is not None
    if is_library:
        codes = [package[0]]
        key = [id(package[0]), package[1]]
    name = tuple(key) or coroutine
    site = sites.get(name)
    if site is None:
        frames = [_place(code, offset) for code, offset in zip(codes, key[1::2])]
        new = Site(frames, is_library, codes, coroutine)
        site = sites.setdefault(name, new)
        if site is new:
            tell(site.place())
    return site


def add_library(code):
    """Takes the folder of a package of the standard library for that library's, wherever it was compiled."""
    global _library
    folder = os.path.dirname(os.path.dirname(_absolute(code.co_filename)))
    _library += (os.path.join(folder, ""),)


def _absolute(name):
    return os.path.normpath(os.path.join(folder_at_start, name))


def _kind_of(name):
    if name.startswith("<"):
        # Generated code, of which there is no file.
        kind = _STDLIB
    else:
        path = _absolute(name)
        root = next((root for root in _ROOTS if path.startswith(root)), None)
        below = path[len(root) - 1 :] if root else path
        if any(part in below for part in _PACKAGES):
            kind = _PACKAGE
        elif root:
            kind = _OWN
        else:
            kind = _STDLIB if path.startswith(_library) else _OWN
    _kinds[name] = kind
    return kind


def _place(code, offset):
    """Where an instruction stands: 1-based lines, 0-based columns in bytes of UTF-8, null where Python does not know."""
    name = code.co_filename
    line = end_line = column = end_column = None
    if hasattr(code, "co_positions"):
        line, end_line, column, end_column = list(code.co_positions())[offset // 2]
    if line is None:
        line = _line(code, offset)
    return {
        "path": name if name.startswith("<") else _absolute(name),
        "function": getattr(code, "co_qualname", code.co_name),
        "line": line,
        "end_line": end_line,
        "column": column,
        "end_column": end_column,
    }


def _line(code, offset):
    """The line of an instruction, of Pythons that know no columns."""
    import dis

    lines = [line for start, line in dis.findlinestarts(code) if start <= offset]
    return lines[-1] if lines else None
