"""How big a storm: what is asked for, and how often each fault happens."""

from dataclasses import dataclass

from tests.chaos.fault_server import MIXES


@dataclass(frozen=True)
class Size:
    """How big a storm."""

    runs: int
    scheduled: int
    in_flight: int
    faults: dict[str, int]
    gap_seconds: tuple[float, float]
    kills: int
    longest_seconds: float
    # What the plan may spend at first; an operator raises it when it has ended.
    dollars: str = ""
    # How far ahead posts are scheduled, at most.
    ahead_seconds: float = 3.0


LONG = Size(
    runs=150,
    scheduled=8,
    in_flight=24,
    faults={
        "kill": 28,
        "freeze": 4,
        "terminate": 4,
        "forget": 3,
        "broker": 2,
        "database": 2,
        "backends": 3,
        "double": 3,
        "extra worker": 2,
        **{name: 2 for name in MIXES if name != "calm"},
    },
    gap_seconds=(0.8, 3.2),
    kills=30,
    longest_seconds=420.0,
    dollars="9",
    ahead_seconds=15.0,
)
SHORT = Size(
    runs=8,
    scheduled=1,
    in_flight=3,
    faults={"kill": 4, "forget": 1, "broker": 1, "database": 1, "backends": 1, "lossy billing": 1},
    gap_seconds=(0.8, 1.5),
    kills=4,
    longest_seconds=60.0,
)
