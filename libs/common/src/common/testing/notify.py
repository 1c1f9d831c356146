"""A stand-in for GOV.UK Notify, spoken to over HTTP by its own client: what it took, and what it is told to refuse."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

CALLBACK_TOKEN = "made-up-token-for-callbacks"
KEY = f"made_up-{UUID(int=1)}-{UUID(int=2)}"
TEMPLATES = {
    kind: str(UUID(int=number))
    for number, kind in enumerate(("text", "email", "post", "post_large_print", "post_easy_read"), 10)
}
RATE_LIMIT = (429, "RateLimitError")
DAILY_LIMIT = (429, "TooManyRequestsError")
BROKEN = (500, "Exception")
WRONG_KEY = (403, "AuthError")
NOT_ACCEPTED = (400, "ValidationError")
TAKEN_WITHOUT_A_WORD = (0, "")  # it is taken, and the answer never comes


@dataclass
class StandIn:
    """What was taken, oldest first; `faults` are given away one a request that sends, first things first."""

    url: str = ""
    taken: list[dict[str, Any]] = field(default_factory=list)
    faults: list[tuple[int, str]] = field(default_factory=list)
    asked: int = 0
    closing: threading.Event = field(default_factory=threading.Event)

    def write_agreed(self, file: Path) -> Path:
        """The file that a service is told of."""
        agreed = {"key": KEY, "callback_token": CALLBACK_TOKEN, "templates": TEMPLATES, "url": self.url}
        file.write_text(json.dumps(agreed))
        return file


@contextmanager
def stand_in() -> Iterator[StandIn]:
    """It runs until the end of the block."""
    made = StandIn()

    class Door(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.asked += 1
            status, kind = made.faults.pop(0) if made.faults else (201, "")
            if status in {0, 201}:
                made.taken.append({"id": str(uuid4()), "kind": self.path.rpartition("/")[2], **body})
            if status == 0:
                made.closing.wait(30)
                self.close_connection = True
                return
            self._answer(status, {"id": made.taken[-1]["id"]} if status == 201 else _refusal(status, kind))

        def do_GET(self) -> None:
            [reference] = parse_qs(urlsplit(self.path).query).get("reference", [""])
            found = [each for each in made.taken if each["reference"] == reference]
            self._answer(200, {"notifications": found, "links": {}})

        def _answer(self, status: int, body: Any) -> None:
            told = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, format: str, *args: Any) -> None:
            """Not to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    made.closing.set()
    server.shutdown()
    server.server_close()


def _refusal(status: int, kind: str) -> dict[str, Any]:
    return {"status_code": status, "errors": [{"error": kind, "message": "No."}]}
