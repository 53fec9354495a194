"""WordPress: its export file (WXR), read item by item and written for its own importer."""
