"""Makes the patches of many repositories on a dask cluster.

    python undangle_dask.py repositories.txt OUT [SCHEDULER]

Each repository is one task, `undangle batch unit`. OUT has to be a folder that all workers and this program share. A task that is lost
with its worker is done again, and a unit that is done again writes the same files; the ledger gets its line here, once.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from distributed import Client, as_completed

FLAGS = @FLAGS_LIST@


def slug(repository: str) -> str:
    """A name for the folder of a repository, without what could be a credential."""
    plain = re.sub(r"(?<=://)[^/]*@|[?#].*", "", repository)
    tail = re.sub(
        r"[^a-z0-9_.]+", "-", "-".join(plain.rstrip("/").split("/")[-2:]).lower()
    )
    digest = hashlib.sha1(plain.encode()).hexdigest()[:8]
    return f"{tail.removesuffix('.git').strip('-.')}-{digest}"


def unit(repository: str, out: str) -> dict:
    """Makes the patch of one repository; its result is what the ledger gets."""
    folder = Path(out, "repos", slug(repository))
    command = [
        "undangle",
        "batch",
        "unit",
        repository,
        "--out",
        folder,
        "--quiet",
        *FLAGS,
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        return json.loads((folder / "result.json").read_text())
    except FileNotFoundError:
        raise RuntimeError(f"{slug(repository)}: {done.stderr.strip()}") from None


def entry(repository: str, result: dict) -> dict:
    """A line of the ledger."""
    keys = (
        "repository",
        "status",
        "message",
        "base_branch",
        "base",
        "sites",
        "seconds",
    )
    shared = {key: result[key] for key in keys}
    return {
        "schema": 1,
        **shared,
        "slug": slug(repository),
        "files": len(result["files"]),
        "published": [],
    }


def recorded(ledger: Path) -> set[str]:
    """The slugs that an earlier run has written down."""
    if not ledger.exists():
        return set()
    lines = ledger.read_text().splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        ledger.write_text("".join(lines[:-1]))  # A kill cut it off.
        lines.pop()
    return {json.loads(line)["slug"] for line in lines}


def main(listed: str, out: str, scheduler: str | None = None) -> int:
    repositories = [
        line.split("#")[0].strip() for line in Path(listed).read_text().splitlines()
    ]
    repositories = sorted({line for line in repositories if line})
    ledger = Path(out, "ledger.jsonl")
    ledger.parent.mkdir(parents=True, exist_ok=True)
    done = recorded(ledger)
    remaining = [
        repository for repository in repositories if slug(repository) not in done
    ]
    failed = 0
    with Client(scheduler) as client, ledger.open("a") as lines:
        tasks = client.map(unit, remaining, out=out, pure=False, retries=2)
        names = dict(zip((task.key for task in tasks), remaining, strict=True))
        for task in as_completed(tasks):
            repository = names[task.key]
            if task.status != "finished":
                failed += 1
                print(f"{slug(repository)}: {task.exception()}", file=sys.stderr)
                continue
            line = entry(repository, task.result())
            failed += line["status"] == "error"
            lines.write(json.dumps(line) + "\n")
            lines.flush()
            os.fsync(lines.fileno())
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
