"""Facts into sections: what shares a topic stays together, what is alike is joined."""

from collections import Counter
from dataclasses import dataclass, field
from math import log, sqrt

from generation import relevance
from generation.sample_model.prompt import GivenFact

MOST_SECTIONS = 5


@dataclass
class Group:
    """Facts of one section to be."""

    facts: list[GivenFact] = field(default_factory=list)
    weights: dict[str, float] = field(default_factory=dict)

    def topics(self) -> list[str]:
        """The topics of its facts, the most frequent first."""
        return [topic for topic, _ in Counter(fact.topic for fact in self.facts).most_common()]


def groups(facts: list[GivenFact]) -> list[Group]:
    """Return the facts in up to five groups, in the order in which their sources come to them."""
    found = _by_topic(facts)
    wanted = _sections_for(len(facts))
    while len(found) > 1 and (len(found) > wanted or _size(min(found, key=_size)) < 2):
        small = min(found, key=_size)
        near = max(
            (one for one in found if one is not small), key=lambda one: _nearness(small, one)
        )
        near.facts = sorted(near.facts + small.facts, key=facts.index)
        for stem, weight in small.weights.items():
            near.weights[stem] = near.weights.get(stem, 0.0) + weight
        found.remove(small)
    return sorted(found, key=lambda group: facts.index(group.facts[0]))


def _by_topic(facts: list[GivenFact]) -> list[Group]:
    spread = Counter(stem for fact in facts for stem in set(_stems(fact)))
    found: dict[str, Group] = {}
    for fact in facts:
        group = found.setdefault(fact.topic.casefold(), Group())
        group.facts.append(fact)
        for stem in _stems(fact):
            weight = log(1 + len(facts) / spread[stem])
            group.weights[stem] = group.weights.get(stem, 0.0) + weight
    return list(found.values())


def _stems(fact: GivenFact) -> list[str]:
    return relevance.words(f"{fact.topic} {fact.quote}")


def _sections_for(facts: int) -> int:
    return 1 if facts < 4 else 2 if facts < 7 else 3 if facts < 12 else 4 if facts < 18 else 5


def _size(group: Group) -> int:
    return len(group.facts)


def _nearness(one: Group, two: Group) -> float:
    """How much two groups share, and whether they come from the same source; big ones less."""
    shared = sum(one.weights[stem] * two.weights[stem] for stem in one.weights.keys() & two.weights)
    lengths = _length(one) * _length(two)
    labels = {fact.label for fact in one.facts} & {fact.label for fact in two.facts}
    return (shared / (lengths or 1) + (0.2 if labels else 0) + 0.05) / sqrt(_size(two))


def _length(group: Group) -> float:
    return sqrt(sum(weight * weight for weight in group.weights.values()))
