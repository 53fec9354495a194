"""The writers' room for programs of the staff: briefs in, runs followed."""
