"""Sentences in which a model talks about its orders, or an order of a source got through."""

import re

from generation.checks.material import Material
from generation.schemas import Finding

NAME = "leaked instructions"
_TELLTALE = re.compile(
    r"\bas an? (?:ai|large) (?:language )?(?:model|assistant)\b"
    r"|\b(?:ignore|disregard|forget) (?:all |any |the |your |my )*(?:previous|prior|above|earlier)"
    r" (?:instructions?|prompts?|messages?|rules)\b"
    r"|\b(?:my|the|your) system (?:prompt|message)\b|</?untrusted\b"
    r"|\bI (?:cannot|can't|can’t) (?:assist|help|comply) with\b"
    r"|\bals (?:ki|künstliche intelligenz)[- ](?:sprach)?modell\b",
    re.IGNORECASE,
)


def speaks_of_orders(line: str) -> bool:
    """Whether it reads like an instruction to a model, or a model speaking of itself."""
    return _TELLTALE.search(line) is not None


def check(material: Material) -> list[Finding]:
    """Find the run's mark and the phrases by which instructions give themselves away."""
    findings = [
        Finding(
            check=NAME,
            level="block",
            message="Sentences that repeated the model's instructions were removed. Read the text"
            " around them before you use it.",
        )
    ][: material.article.leaks]
    for line in material.lines():
        if material.canary in line or speaks_of_orders(line):
            findings.append(
                Finding(
                    check=NAME,
                    level="block",
                    message="This reads like an instruction to a model, or a model speaking of"
                    " itself. Take it out.",
                    sentence=line,
                )
            )
    return findings
