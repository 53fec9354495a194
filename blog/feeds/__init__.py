"""Feeds of the site and of every shelf, in full, as RSS, Atom and JSON Feed.

What a feed is about (`subjects`) and what it says of a post (`entries`) is the same in each format.
Items keep their ids, whatever becomes of their addresses.
"""
