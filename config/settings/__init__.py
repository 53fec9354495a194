"""Settings of each environment; every value that differs between them comes from the environment."""
