"""The doors for programs: everybody may read what is public, people with a token may do more."""
