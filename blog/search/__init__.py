"""What the whole text of the posts says about a reader's words: ranked, narrowed, forgiving."""

from blog.search.filters import Filters
from blog.search.finding import Result, Results, search

__all__ = ["Filters", "Result", "Results", "search"]
