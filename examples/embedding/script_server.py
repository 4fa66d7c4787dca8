"""A web handler that runs posted scripts under limits, each answered with JSON.

Run it: python examples/embedding/script_server.py 8000
Try it: curl --data 'let result = 6 * 7' http://localhost:8000/

In one process a script has no access to anything and bounded resources, as far as Python itself can
bound them; for scripts of people whom you do not trust at all use
`Engine(isolation="process")`.
"""

from __future__ import annotations

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import sentra

LARGEST = 64 * 1024  # bytes of a script
LIMITS = sentra.Limits.default(time=0.5, steps=5_000_000, output=16_384, memory=1 << 26)


def answer(script: bytes) -> tuple[int, dict[str, object]]:
    """The status and the JSON for a script."""
    printed: list[str] = []
    engine = sentra.Engine(limits=LIMITS, stdout=printed.append)
    result: dict[str, object] = {}
    status = 200
    try:
        run = engine.run(script, filename="script.sn")
        result["result"] = run.get("result")
        result["steps"] = run.steps
        json.dumps(result)
    except sentra.SentraError as error:
        status = 400
        result = {"error": error.message, "kind": error.kind, "line": error.line,
                  "report": sentra.format_error(error)}
    except sentra.LimitExceeded as error:
        status = 422
        result = {"error": error.message, "limit": error.limit}
    except (TypeError, ValueError, RecursionError):  # no JSON: a function, a cycle
        status = 400
        result = {"error": "the result is no plain data"}
    result["output"] = "".join(printed)
    return status, result


class Handler(BaseHTTPRequestHandler):
    """Runs what is posted."""

    def do_POST(self) -> None:  # the name that http.server looks for
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if not 0 <= length <= LARGEST:
            self.respond(413, {"error": f"a script has at most {LARGEST} bytes"})
            return
        self.respond(*answer(self.rfile.read(length)))

    def respond(self, status: int, result: dict[str, object]) -> None:
        """Send an answer."""
        data = json.dumps(result).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


def make_server(port: int) -> ThreadingHTTPServer:
    """A server on this machine only; port 0 takes any free one."""
    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


if __name__ == "__main__":
    make_server(int(sys.argv[1]) if len(sys.argv) > 1 else 8000).serve_forever()
