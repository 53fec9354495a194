"""One thing per file: the steps of a run."""
