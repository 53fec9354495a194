"""One check per file: each reads the finished draft and yields findings."""
