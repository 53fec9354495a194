"""The writers' room on screen: plans, briefs, runs, and what they cost."""

from generation.admin import briefs, money, plans, runs, sources

__all__ = ["briefs", "money", "plans", "runs", "sources"]
