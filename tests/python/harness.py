"""What every script here needs: where the gateway is, a mock provider, and one line per test.

The gateway is started by `cargo xtask test`, with all its providers on the port that the script serves. A test is a
function; it prints `PASS name` or `FAIL name: why`. Values that must not be found in anything that the gateway writes
are remembered in its folder; a search goes over all of it at the end.
"""

import http.client
import json
import os
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

URL = os.environ.get("CORDON_URL", "")
APP_KEY = os.environ.get("CORDON_APP_KEY", "")
FOLDER = os.environ.get("CORDON_EVIDENCE_FOLDER", "")

_failed = 0


def test(name, function):
    """Runs one test and says how it ended."""
    global _failed
    try:
        function()
        print(f"PASS {name}", flush=True)
    except Exception as error:  # a test may fail in any way
        _failed += 1
        why = str(error).replace("\n", " ")[:1500] or type(error).__name__
        print(f"FAIL {name}: {type(error).__name__}: {why}", flush=True)
        if os.environ.get("CORDON_TRACE"):
            traceback.print_exc()


def finish():
    """Ends the script: 0 when all passed."""
    sys.exit(1 if _failed else 0)


def same(actual, expected, what="value"):
    """Fails unless both are equal."""
    if actual != expected:
        raise AssertionError(f"{what}: {actual!r} instead of {expected!r}")


def remember(*values):
    """Values that the gateway may write nowhere."""
    if FOLDER:
        with open(Path(FOLDER) / "secrets.txt", "a", encoding="utf-8") as file:
            file.writelines(value + "\n" for value in values)


def keep_error(text):
    """Keeps an error body of the gateway itself with what it wrote."""
    if FOLDER:
        with open(Path(FOLDER) / "written" / "errors.txt", "a", encoding="utf-8") as file:
            file.write(text + "\n")


class Call:
    """A request as the provider got it."""

    def __init__(self, method, path, headers, body):
        self.method, self.path, self.headers, self.body = method, path, headers, body
        self.raw = f"{method} {path}\n{headers}\n".encode() + body

    @property
    def json(self):
        return json.loads(self.body)


class Provider:
    """A mock provider: `answer(call)` gives (status, content type, list of byte pieces)."""

    def __init__(self):
        self.calls = []
        self.answer = lambda call: (200, "application/json", [b"{}"])
        self._lock = threading.Lock()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def respond(self):
                length = int(self.headers.get("content-length") or 0)
                if "chunked" in (self.headers.get("transfer-encoding") or ""):
                    body = b""
                    while size := int(self.rfile.readline().split(b";")[0], 16):
                        body += self.rfile.read(size)
                        self.rfile.readline()
                    self.rfile.readline()
                else:
                    body = self.rfile.read(length)
                call = Call(self.command, self.path, self.headers, body)
                with provider._lock:
                    provider.calls.append(call)
                status, kind, pieces = provider.answer(call)
                self.send_response_only(status)
                self.send_header("content-type", kind)
                self.send_header("request-id", "req_mock")
                self.send_header("x-request-id", "req_mock")
                if kind == "text/event-stream":
                    self.send_header("transfer-encoding", "chunked")
                    self.end_headers()
                    for piece in pieces:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
                    self.wfile.write(b"0\r\n\r\n")
                else:
                    whole = b"".join(pieces)
                    self.send_header("content-length", str(len(whole)))
                    self.end_headers()
                    self.wfile.write(whole)

            do_POST = do_GET = do_DELETE = respond

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

        port = int(os.environ.get("CORDON_UPSTREAM_PORT", "0"))
        self._server = Server(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def take(self):
        """The calls since the last time."""
        with self._lock:
            calls, self.calls = self.calls, []
        return calls


class Line:
    """A kept connection to the gateway for raw JSON requests."""

    def __init__(self):
        self._connection = None

    def post(self, path, body, headers):
        """Status, headers and body of the answer."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        for attempt in (1, 2):
            if self._connection is None:
                self._connection = http.client.HTTPConnection(urlsplit(URL).netloc, timeout=60)
            try:
                self._connection.request("POST", path, data, {"content-type": "application/json", **headers})
                answer = self._connection.getresponse()
                return answer.status, answer.headers, answer.read()
            except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
                self._connection = None
                if attempt == 2:
                    raise


def event(data, name=None):
    """One server-sent event."""
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    return (f"event: {name}\n" if name else "").encode() + f"data: {text}\n\n".encode()


def events_in(body):
    """The JSON of each event of a stream."""
    found = []
    for block in body.decode().split("\n\n"):
        for line in block.split("\n"):
            if line.startswith("data: ") and line != "data: [DONE]":
                found.append(json.loads(line[6:]))
    return found
