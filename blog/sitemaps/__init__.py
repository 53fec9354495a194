"""What search engines should know of: an index, and sections that cost the same at any size.

A section of posts is a range of ids. However many posts there are, and whenever they were
published, a range can hold no more than it has ids, so nothing is ever counted or skipped over.
"""
