"""The writers' room on screen: plans, briefs, runs, and what they cost."""

from generation.admin import briefs, budgets, money, plans, prompts, runs, sources

__all__ = ["briefs", "budgets", "money", "plans", "prompts", "runs", "sources"]
