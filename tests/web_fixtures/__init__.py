"""Invented publishers: pages and feeds in the shape, size and with the quirks of real ones.

Every page says which sentences a reader must find in its text and which words must not be there,
so that a test of the whole journey can ask whether a draft rests on the right sentences.
"""
