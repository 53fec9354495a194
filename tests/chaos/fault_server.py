"""A model that fails to order, and its bill: each token is on the disk before it is sent.

`python -m tests.chaos.fault_server FOLDER` prints its base URL. Whoever asks is known by the API
key, `sk-NAME`. How NAME is treated stands in FOLDER/NAME.mix, and may be changed at any time; what
happened stands in FOLDER/NAME.model.
"""

import json
import os
import random
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests import model_server
from tests.model_server import ModelServer


@dataclass(frozen=True)
class Mix:
    """How requests are treated: the median and spread of the latency, the share of each fault."""

    latency_seconds: float = 0.02
    spread: float = 0.5
    faults: dict[str, float] = field(default_factory=dict)

    def write(self, folder: Path, name: str) -> None:
        """Have it count from now on."""
        new = folder / f"{name}.mix.new"
        new.write_text(json.dumps(asdict(self)))
        new.rename(folder / f"{name}.mix")


CALM = Mix()
MIXES = {
    "calm": Mix(0.15),
    "outage": Mix(0.1, faults={"503": 0.7, "500": 0.3}),
    "quota": Mix(0.1, faults={"quota": 0.9}),
    "lossy billing": Mix(0.15, faults={"timeout": 0.25, "reset": 0.35}),
    "rate limit": Mix(0.1, faults={"rate_limit_silent": 0.4, "rate_limit": 0.2}),
    "hostile": Mix(0.15, faults={"hostile": 0.5, "wrong_shape": 0.1, "empty": 0.1, "length": 0.1}),
    "slow": Mix(0.6),
}


@dataclass
class FaultServer(ModelServer):
    """A model server that treats everybody as their file says, and logs what it does."""

    folder: Path = Path()
    chance: random.Random = field(default_factory=random.Random)
    writing: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, request: dict[str, Any], headers: dict[str, str]) -> str:
        """Note the request, think for a while, and return the fault it gets."""
        super().begin(request, headers)
        name = headers["authorization"].removeprefix("Bearer sk-")
        mix = self._mix(name)
        shares = mix.faults
        [fault] = self.chance.choices(
            ["", *shares], [max(0.0, 1 - sum(shares.values())), *shares.values()]
        )
        request["asker"] = name, headers["x-client-request-id"]
        self._log(request, fault=fault)
        time.sleep(self.chance.lognormvariate(0, mix.spread) * mix.latency_seconds)
        return fault

    def bill(self, request: dict[str, Any], usage: dict[str, Any]) -> None:
        """Put it on the disk."""
        self._log(request, model=request["model"], billed=usage)

    def _mix(self, name: str) -> Mix:
        try:
            return Mix(**json.loads((self.folder / f"{name}.mix").read_text()))
        except FileNotFoundError:
            return CALM

    def _log(self, request: dict[str, Any], **told: Any) -> None:
        name, request_id = request["asker"]
        with self.writing, (self.folder / f"{name}.model").open("a") as file:
            file.write(json.dumps({"id": request_id, **told}) + "\n")
            file.flush()
            os.fsync(file.fileno())


def compose(request: dict[str, Any]) -> str:
    """Answer the question itself, whatever was said of an earlier answer."""
    spoken = [message["role"] for message in request["messages"]]
    asked = request["messages"][: spoken.index("user") + 1]
    return model_server.as_the_sample_model({**request, "messages": asked})


def main(folder: Path) -> None:
    """Serve until standard input ends."""
    with model_server.running(FaultServer, folder=folder, compose=compose) as model:
        sys.stdout.write(model.base_url + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
