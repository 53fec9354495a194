"""A receiver of webhooks that fails now and then, and writes down what it took.

`python -m tests.chaos.sink FOLDER SECRET` prints its URL. Messages to /NAME stand in
FOLDER/NAME.sink. While FOLDER/NAME.rough exists, some of them fail, and some hang.
"""

import base64
import hashlib
import hmac
import json
import os
import random
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FAILS, HANGS = 0.2, 0.05
HANG_SECONDS = 3.0
_writing = threading.Lock()


def handler(folder: Path, secret: str, chance: random.Random) -> type[BaseHTTPRequestHandler]:
    """Return what answers the requests."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(self._status(body))
            self.end_headers()

        def _status(self, body: bytes) -> int:
            name = self.path.strip("/")
            luck = chance.random() if (folder / f"{name}.rough").exists() else 0.5
            taken = 401 if not is_signed(self.headers, body, secret) else 204
            status = 500 if luck < FAILS else taken
            note(folder / f"{name}.sink", self.headers, body, status)
            if luck > 1 - HANGS:
                time.sleep(HANG_SECONDS)
            return status

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    return Handler


def is_signed(headers: Any, body: bytes, secret: str) -> bool:
    """Whether the signature is the channel's."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    expected = "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return expected in headers["webhook-signature"].split()


def note(file: Path, headers: Any, body: bytes, status: int) -> None:
    """Write down the message, to the disk, before it is acknowledged."""
    message = json.loads(body)
    line = {
        "id": headers["webhook-id"],
        "status": status,
        "sha256": hashlib.sha256(body).hexdigest(),
        "type": message["type"],
        "post": message["data"]["post_id"],
        "revision": message["data"]["revision"],
    }
    with _writing, file.open("a") as log:
        log.write(json.dumps(line) + "\n")
        log.flush()
        os.fsync(log.fileno())


def main(folder: Path, secret: str) -> None:
    """Serve until standard input ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(folder, secret, random.Random()))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
