"""Benchmarks: `./run bench pages` and `./run bench growth`; each prints its figures last."""
