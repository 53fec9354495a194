"""Settings of each environment; the values that differ come from environment variables."""
