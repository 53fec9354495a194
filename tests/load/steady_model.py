"""A model of fixed latency that costs almost nothing: `python -m tests.load.steady_model`.

Each kind of answer is composed once, as the sample model composes it, and given to whoever asks for
the like after the latency; a request is looked at with two searches, not parsed. It serves the page
that the articles are about too, and tells at `/counts` what it saw. It prints its address and ends
with its standard input.
"""

import argparse
import asyncio
import json
import re
import sys
import time

from tests import model_server
from tests.web_fixtures import pages

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KIND = re.compile(rb'"json_schema": ?{"name": ?"(\w+)"')
# Which section is asked for; the other kinds of answers are one each.
_PLACE = re.compile(rb"Place: (\d+) of \d+")
# Articles have titles, and so addresses, of their own.
_NUMBER = re.compile(rb"Night trams, part (\d{6})")
_PAGE = pages.night_trams().encode()


class Model:
    """What the server remembers."""

    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.in_flight = self.most = self.answered = 0
        # The integral of the requests in flight over time.
        self.seconds_in_flight = 0.0
        self._since = time.monotonic()
        self._answers: dict[tuple[bytes, ...], tuple[bytes, bytes]] = {}

    def count(self, change: int) -> None:
        """Note that a request came or went."""
        now = time.monotonic()
        self.seconds_in_flight += self.in_flight * (now - self._since)
        self._since = now
        self.in_flight += change
        self.most = max(self.most, self.in_flight)
        self.answered += change < 0

    def answer(self, body: bytes) -> bytes:
        """Return the response to a request."""
        kind = _KIND.search(body)
        place = _PLACE.search(body)
        key = (kind[1] if kind else b"", place[1] if place else b"")
        number = _NUMBER.search(body)
        ours = number[1] if number else b"-"
        if key not in self._answers:
            self._answers[key] = ours, _http(_completion(json.loads(body)), b"application/json")
        theirs, answer = self._answers[key]
        return answer.replace(theirs, ours)

    def counts(self) -> bytes:
        """Return what was seen so far, and empty the mark of the most at once."""
        self.count(0)
        seen = {
            "answered": self.answered,
            "seconds_in_flight": self.seconds_in_flight,
            "most_in_flight": self.most,
            "in_flight": self.in_flight,
        }
        self.most = self.in_flight
        return json.dumps(seen).encode()


def _completion(request: dict[str, object]) -> bytes:
    text = model_server.as_the_sample_model(request)
    document = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": request["model"],
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text, "refusal": None},
                "finish_reason": "stop",
            }
        ],
        "usage": {
            "prompt_tokens": 2_000,
            "completion_tokens": 800,
            "total_tokens": 2_800,
            "prompt_tokens_details": {"cached_tokens": 1_000},
            "completion_tokens_details": {"reasoning_tokens": 64},
        },
    }
    return json.dumps(document).encode()


def _http(body: bytes, kind: bytes) -> bytes:
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\nx-request-id: req_1\r\n\r\n"
    )
    return head % (kind, len(body)) + body


class Connection(asyncio.Protocol):
    """One client; requests come one after the other."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.received = bytearray()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer once the request is whole."""
        self.received += data
        head, end, body = self.received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        if not end or len(body) < (int(length[1]) if length else 0):
            return
        self.received.clear()
        if head.startswith(b"POST"):
            self.model.count(+1)
            # Found first, so that composing the first of a kind takes nothing from the others.
            answer = self.model.answer(bytes(body))
            asyncio.get_running_loop().call_later(self.model.latency, self._send, answer)
        elif b" /counts " in head:
            self.transport.write(_http(self.model.counts(), b"application/json"))
        else:
            self.transport.write(_http(_PAGE, b"text/html; charset=utf-8"))

    def _send(self, answer: bytes) -> None:
        self.model.count(-1)
        if not self.transport.is_closing():
            self.transport.write(answer)


async def serve(latency: float) -> None:
    """Serve on a free port until standard input ends."""
    loop = asyncio.get_running_loop()
    model = Model(latency)
    server = await loop.create_server(lambda: Connection(model), "127.0.0.1", 0, backlog=1024)
    sys.stdout.write(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--latency", type=float, default=2.0, help="seconds before each answer")
    asyncio.run(serve(parser.parse_args().latency))
