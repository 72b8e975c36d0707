"""Makes and pushes the patches of many repositories with all-repos.

    python undangle_all_repos.py -C all-repos.json -j 4

all-repos clones, commits and pushes as its configuration says. It ends with status 0 when a push is rejected, so what was pushed is
looked up afterwards and written to `undangle-batch/ledger.jsonl`; `undangle batch status undangle-batch` reads that.
"""

import argparse
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from all_repos import autofix_lib, git
from all_repos.grep import repos_matching

FLAGS = ["--style", "helper", "--exclude", "it's old"]
NAME = "undangle-keep-tasks"
BRANCH = f"all-repos_autofix_{NAME}"
SUBJECT = "Keep references to asyncio tasks"
OUT = Path("undangle-batch").absolute()
# What undangle looks for; a repository without any of it has nothing to fix.
NEEDLES = r"create_task|ensure_future|run_coroutine_threadsafe|asyncio"


def slug(remote: str) -> str:
    """A name for the folder of a repository, without what could be a credential."""
    plain = re.sub(r"(?<=://)[^/]*@|[?#].*", "", remote)
    tail = re.sub(
        r"[^a-z0-9_.]+",
        "-",
        "-".join(re.split(r"[/:]", plain.rstrip("/"))[-2:]).lower(),
    )
    digest = hashlib.sha1(plain.encode()).hexdigest()[:8]
    return f"{tail.removesuffix('.git').strip('-.')}-{digest}"


def find_repos(config) -> set[str]:
    return repos_matching(config, ["-E", NEEDLES, "--", "*.py"])


def apply_fix() -> None:
    """Runs in a clone of all-repos, which commits what is changed."""
    folder = OUT / "repos" / slug(git.remote("."))
    unit = ["undangle", "batch", "unit", ".", "--out", str(folder), "--quiet", *FLAGS]
    autofix_lib.run(*unit)
    patch = folder / "change.patch"
    if patch.exists():
        autofix_lib.run("git", "apply", "--index", str(patch))


def tip(remote: str) -> str | None:
    """The commit of our branch on a remote."""
    told = subprocess.check_output(
        ["git", "ls-remote", "--", remote, f"refs/heads/{BRANCH}"], text=True
    )
    return told.split("\t")[0] or None


def entry(remote: str, before: str | None) -> dict | None:
    """A line of the ledger about a repository; none if there is no result."""
    try:
        result = json.loads((OUT / "repos" / slug(remote) / "result.json").read_text())
    except FileNotFoundError:
        return None
    keys = ("status", "message", "base_branch", "base", "sites", "seconds")
    line = {"schema": 1, "repository": re.sub(r"(?<=://)[^/]*@|[?#].*", "", remote)}
    line |= {key: result[key] for key in keys}
    line |= {"slug": slug(remote), "files": len(result["files"]), "published": []}
    if result["status"] == "changed":
        after = tip(remote)
        if after is None or after == before:
            return line | {"status": "error", "message": f"`{BRANCH}` was not pushed"}
        outcome = "created" if before is None else "updated"
        published = {"branch": BRANCH, "commit": after, "push": outcome}
        line["published"] = [
            {**published, "pull_request": None, "url": None, "message": None}
        ]
    return line


def main() -> int:
    parser = argparse.ArgumentParser(description=SUBJECT)
    autofix_lib.add_fixer_args(parser)
    args = parser.parse_args()
    repos, config, commit, settings = autofix_lib.from_cli(
        args, find_repos=find_repos, msg=SUBJECT, branch_name=NAME
    )
    before = {remote: tip(remote) for remote in map(git.remote, sorted(repos))}
    autofix_lib.fix(
        sorted(repos),
        apply_fix=apply_fix,
        config=config,
        commit=commit,
        autofix_settings=settings,
    )
    if settings.dry_run:
        return 0
    lines = [line for remote in before if (line := entry(remote, before[remote]))]
    OUT.mkdir(exist_ok=True)
    with (OUT / "ledger.jsonl").open("a") as ledger:
        for line in lines:
            ledger.write(json.dumps(line) + "\n")
        ledger.flush()
        os.fsync(ledger.fileno())
    return 2 if any(line["status"] == "error" for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
