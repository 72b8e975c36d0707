"""Starts the probe of `undangle watch`, then runs the `sitecustomize` that this one hides."""

import os
import sys


def _start() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    paths = [path for path in sys.path if os.path.abspath(path) != here]
    try:
        import undangle_probe

        undangle_probe.start()
    except Exception as error:  # noqa: BLE001 the program runs as it is, and the report says that nothing was recorded
        print(f"undangle: the probe did not start: {error!r}", file=sys.stderr)
    # Children find this folder by `PYTHONPATH`, which they inherit.
    sys.path[:] = paths
    _run_hidden(paths)


def _run_hidden(paths: "list[str]") -> None:
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize", paths)
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


_start()
