"""Compares the calls that undangle saw with CPython's own syntax trees.

Reads what `tests/system/differential.rs` wrote, one JSON object a file, and needs nothing but the standard library. Every
difference is printed; it ends with 1 if one has no explanation.
"""

import ast
import collections
import io
import json
import re
import sys
import tokenize
import warnings

NAMES = {
    "create_task",
    "ensure_future",
    "gather",
    "shield",
    "run_coroutine_threadsafe",
    "Task",
}

# Before 3.12 an f-string is parsed as a text of its own, and its nodes do not say where they stand.
PLACELESS = sys.version_info < (3, 12)


def read(path):
    """The text of a file as the compiler gets it, and its lines in UTF-8."""
    with open(path, "rb") as file:
        data = file.read()
    encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text, [line.encode() for line in re.split("\r\n|\r|\n", text)]


def plain(callee):
    """The code of a callee without its layout."""
    return ast.unparse(ast.parse(f"({callee}\n)", mode="eval"))


def place(node, lines):
    """1-based line and column in characters."""
    return node.lineno, len(lines[node.lineno - 1][: node.col_offset].decode()) + 1


class Calls(ast.NodeVisitor):
    """Calls of spawners' names, and every place at which an expression begins."""

    def __init__(self, lines):
        self.lines = lines
        self.calls = collections.Counter()
        self.loose = collections.Counter()
        self.begins = collections.defaultdict(set)
        self.in_fstring = 0

    def visit_JoinedStr(self, node):
        self.in_fstring += 1
        self.generic_visit(node)
        self.in_fstring -= 1

    def generic_visit(self, node):
        if isinstance(node, ast.Call):
            self.call(node)
        if isinstance(node, (ast.Call, ast.Name, ast.Attribute)) and not (
            self.in_fstring and PLACELESS
        ):
            callee = node.func if isinstance(node, ast.Call) else node
            self.begins[place(node, self.lines)].add(ast.unparse(callee))
        super().generic_visit(node)

    def call(self, node):
        name = getattr(node.func, "id", getattr(node.func, "attr", None))
        if name in NAMES:
            callee = ast.unparse(node.func)
            if self.in_fstring and PLACELESS:
                self.loose[callee] += 1
            else:
                self.calls[(*place(node, self.lines), callee)] += 1


def compare(record, count):
    """The differences of one file, each with its explanation or None."""
    path = record["path"]
    try:
        text, lines = read(path)
        tree = ast.parse(text, path)
    except (SyntaxError, ValueError, LookupError, RecursionError, MemoryError) as error:
        count["files that CPython refuses"] += 1
        if record.get("error") is None and "fault" not in record:
            count["... of which tree-sitter takes"] += 1
        if record.get("sites"):
            count["... of which have sites"] += 1
            print(f"CPython refuses, we have sites: {path}: {error}")
        return
    count["files that both read"] += "fault" not in record and record["error"] is None
    if "fault" in record:
        count["files that CPython takes and we do not"] += 1
        print(f"CPython takes, we do not ({record['fault']}): {path}")
        return
    if record["error"] is not None:
        count["files that CPython takes and tree-sitter does not"] += 1
        print(f"CPython takes, tree-sitter does not: {path}:{record['error']}")
    if "calls" not in record:
        return
    seen = Calls(lines)
    seen.visit(tree)
    ours = collections.Counter(
        (line, column, plain(c)) for line, column, c in record["calls"]
    )
    count["calls compared"] += sum(ours.values())
    for call, times in (ours - seen.calls).items():
        yield (
            f"{path}:{call}: seen by us alone",
            explain(call[2], times, seen, record, count),
        )
    for call in seen.calls - ours:
        yield (
            f"{path}:{call}: seen by CPython alone",
            "syntax error" if record["error"] else None,
        )
    for (line, column, callee), _ in record["sites"]:
        count["sites"] += 1
        callee = plain(callee)
        if callee not in seen.begins[line, column] and not seen.loose[callee]:
            why = "syntax error" if record["error"] else None
            yield f"{path}:{line}:{column}: no `{callee}` stands there", why


def explain(callee, times, seen, record, count):
    if seen.loose[callee] >= times:
        seen.loose[callee] -= times
        count["... in f-strings, by name only"] += times
        return "f-string"
    return "syntax error" if record["error"] else None


def main(dump):
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10_000)
    count = collections.Counter()
    unexplained = 0
    with open(dump, encoding="utf-8") as file:
        for line in file:
            count["files"] += 1
            for difference, why in compare(json.loads(line), count):
                count[f"differences explained by: {why}"] += 1
                if why != "f-string":
                    print(f"{difference} ({why or 'UNEXPLAINED'})")
                unexplained += why is None
    for what, times in count.items():
        print(f"{times:8} {what}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
