"""A host for tests: the part of GitHub's API that a batch uses, on loopback, and the `gh` that asks it.

As `github.py serve FILE` it serves, writes its port to FILE, and counts what is opened. As `gh api ...` it sends one request to the
server at GITHUB_STUB and prints the answer as `gh api --include` does.
"""

import json
import os
import re
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PULLS: dict[str, list[dict]] = {}
LOCK = threading.Lock()
BUSY = {"left": 1}


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, status, body, **headers):
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def body(self):
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # The real `gh` sends what it reads from standard input so.
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def handle_request(self):
        url = urlsplit(self.path)
        body = json.loads(self.body() or b"{}")
        with LOCK:
            self.route(url.path, parse_qs(url.query), body)

    do_GET = do_POST = do_PATCH = handle_request

    def route(self, path, query, body):
        if path == "/all":
            return self.answer(200, PULLS)
        if self.command == "POST" and BUSY["left"]:
            BUSY["left"] -= 1
            return self.answer(429, {"message": "slow down"}, Retry_After="1")
        match = re.fullmatch(
            r"/repos/([^/]+/[^/]+)/(pulls|issues)(?:/(\d+))?(/\w+)?", path
        )
        if not match:
            return self.answer(404, {"message": f"no {path}"})
        project, _, number, rest = match.groups()
        pulls = PULLS.get(project, [])
        if number is None and self.command == "GET":
            head = query["head"][0].split(":")[1]
            return self.answer(200, [p for p in reversed(pulls) if p["head"] == head])
        if number is None:
            pulls = PULLS.setdefault(project, pulls)
            url = f"https://git.example/{project}/pull/{len(pulls) + 1}"
            pulls.append(
                {"number": len(pulls) + 1, "html_url": url, "state": "open", **body}
            )
            pulls[-1]["merged_at"] = None
            return self.answer(201, pulls[-1])
        pull = pulls[int(number) - 1]
        pull.update({"labels": body["labels"]} if rest == "/labels" else body)
        return self.answer(200, pull)


def serve(file):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with open(file + ".new", "w") as port:
        port.write(str(server.server_port))
    os.rename(file + ".new", file)
    server.serve_forever()


def ask(arguments):
    method = arguments[arguments.index("--method") + 1]
    endpoint = arguments[arguments.index("--method") + 2]
    data = sys.stdin.buffer.read() if "--input" in arguments else None
    url = f"{os.environ['GITHUB_STUB']}/{endpoint}"
    request = urllib.request.Request(url, data=data, method=method)
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        answer = error
    print(f"HTTP/1.1 {answer.status} {answer.reason}")
    print(answer.headers.as_string().strip())
    print()
    print(answer.read().decode())
    return 0 if answer.status < 400 else 1


if __name__ == "__main__":
    sys.exit(serve(sys.argv[2]) if sys.argv[1] == "serve" else ask(sys.argv[2:]))
