"""What differs between two revisions, word by word and field by field, told completely.

Nothing is left out for the sake of time: where a text is too long or too odd to be compared in
detail, its old and its new words are shown whole.
"""

from blog.comparing.contents import Comparison, Field, content_of, contents, revisions
from blog.comparing.paragraphs import Row, texts
from blog.comparing.words import Run

__all__ = ["Comparison", "Field", "Row", "Run", "content_of", "contents", "revisions", "texts"]
