"""Runs the binary of this package: `python -m undangle`."""

import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path


def _folders() -> Iterator[Path]:
    """Where installers put scripts, the likeliest first."""
    yield Path(sysconfig.get_path("scripts"))
    user = "nt_user" if os.name == "nt" else "posix_user"
    yield Path(sysconfig.get_path("scripts", scheme=user))
    # `pip install --target FOLDER`
    yield Path(__file__).resolve().parent.parent / "bin"


def find_binary() -> Path:
    """The path of the binary.

    Raises:
        FileNotFoundError: it is not where installers put it.
    """
    name = "undangle" + (sysconfig.get_config_var("EXE") or "")
    for folder in _folders():
        if (folder / name).is_file():
            return folder / name
    message = f"{name} is not where installers put it; install undangle again"
    raise FileNotFoundError(message)


def main() -> int:
    """Runs the binary with the arguments of this process; returns its exit status."""
    command = [os.fspath(find_binary()), *sys.argv[1:]]
    if os.name == "nt":
        # There, `execv` returns to the shell before the binary is done.
        return subprocess.run(command, check=False).returncode
    os.execv(command[0], command)


if __name__ == "__main__":
    sys.exit(main())
