"""The steps of a refresh: new evidence is read as for an article, and worked into the post."""
