"""Facts into sections: what shares a topic stays together, what is alike is joined."""

from collections import Counter
from dataclasses import dataclass, field
from itertools import combinations
from math import log, sqrt

from generation import relevance
from generation.sample_model.prompt import GivenFact

MOST_SECTIONS = 5


@dataclass
class Group:
    """Facts of one section to be."""

    facts: list[GivenFact] = field(default_factory=list)
    weights: Counter[str] = field(default_factory=Counter)

    def topics(self) -> list[str]:
        """The topics of its facts, the most frequent first."""
        return [topic for topic, _ in Counter(fact.topic for fact in self.facts).most_common()]


def groups(facts: list[GivenFact]) -> list[Group]:
    """Return the facts in up to five groups, in the order in which their sources come to them."""
    found = _by_topic(facts)
    wanted = _sections_for(len(facts))
    while len(found) > wanted or (len(found) > 1 and _smallest(found) < 2):
        one, two = max(combinations(found, 2), key=lambda pair: _attraction(*pair))
        one.facts = sorted(one.facts + two.facts, key=facts.index)
        one.weights += two.weights
        found.remove(two)
    return sorted(found, key=lambda group: facts.index(group.facts[0]))


def _by_topic(facts: list[GivenFact]) -> list[Group]:
    spread = Counter(stem for fact in facts for stem in set(_stems(fact)))
    found: dict[str, Group] = {}
    for fact in facts:
        group = found.setdefault(fact.topic.casefold(), Group())
        group.facts.append(fact)
        for stem in _stems(fact):
            group.weights[stem] += log(1 + len(facts) / spread[stem])  # type: ignore[assignment]
    return list(found.values())


def _stems(fact: GivenFact) -> list[str]:
    return relevance.words(f"{fact.topic} {fact.quote}")


def _sections_for(facts: int) -> int:
    return 1 if facts < 4 else 2 if facts < 7 else 3 if facts < 12 else 4 if facts < 18 else 5


def _smallest(found: list[Group]) -> int:
    return min(len(group.facts) for group in found)


def _attraction(one: Group, two: Group) -> float:
    """How much two groups belong together; small ones are drawn to others, neighbours too."""
    shared = sum(one.weights[stem] * two.weights[stem] for stem in one.weights.keys() & two.weights)
    lengths = sqrt(
        sum(w * w for w in one.weights.values()) * sum(w * w for w in two.weights.values())
    )
    labels = {fact.label for fact in one.facts} & {fact.label for fact in two.facts}
    size = len(one.facts) + len(two.facts)
    return (shared / (lengths or 1) + (0.1 if labels else 0) + 0.05) / size
