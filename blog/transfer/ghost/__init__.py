"""Ghost: its export file (JSON), read row by row and written for its own importer."""
