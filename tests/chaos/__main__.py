"""`./run chaos`: promises are kept while processes die, freeze and lose their servers.

Prints what broke, in words, and counts as JSON in its last line; ends with 1 when anything broke.
"""

import argparse
import json
import random
import sys
import time

from config import running
from tests.chaos import theatre
from tests.chaos.theatre import say


def main(words: list[str] | None = None) -> int:
    """Play what is asked for."""
    parser = argparse.ArgumentParser(prog="./run chaos", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a part of it, for every change")
    parser.add_argument("--mutants", action="store_true", help="take out one guard at a time")
    parser.add_argument("--only", nargs="+", help="cases or guards, by name", metavar="NAME")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the random part")
    options = parser.parse_args(words)
    folder = running.var_folder() / "chaos"
    began = time.monotonic()
    with theatre.opened(folder) as stage:
        broken, counts = play(stage, options)
    for sentence in broken:
        print(sentence)
    if broken:
        say(f"What was written down is in {folder}; the seed was {options.seed}.")
    counts["seconds"] = round(time.monotonic() - began, 1)
    print(json.dumps({"chaos": counts, "seed": options.seed, "broken": len(broken)}))
    return 1 if broken else 0


def play(
    stage: theatre.Theatre, options: argparse.Namespace
) -> tuple[list[str], dict[str, object]]:
    """Return what broke, and the counts."""
    # Only now are the settings there that these read.
    from tests.chaos import cases, lanes, mutants, sizes, storm

    if options.mutants:
        hunted = lanes.hunt(stage, options.only or list(mutants.MUTANTS))
        return hunted.broken, hunted.counts
    wanted = cases.SHORT if options.short else cases.CASES
    if options.only:
        wanted = [case for case in cases.CASES if str(case) in options.only]
    played = lanes.play(stage, wanted)
    counts: dict[str, object] = {"cases": played.counts}
    if not options.only or "storm" in options.only:
        size = sizes.SHORT if options.short else sizes.LONG
        theatre.enter(
            stage,
            storm.NAME,
            0,
            lease=storm.LEASE_SECONDS,
            sweep=storm.SWEEP_SECONDS,
            deadline=storm.DEADLINE_SECONDS,
        )
        weather = storm.Storm(stage, size, random.Random(options.seed))
        counts["storm"] = weather.blow()
        played.broken += weather.broken
    return played.broken, counts


if __name__ == "__main__":
    sys.exit(main())
