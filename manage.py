#!/usr/bin/env python
"""Django's command line; development settings unless the environment names others."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import ProgrammingError
from psycopg.errors import UndefinedTable

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as error:
        if isinstance(error.__cause__, UndefinedTable) and "--traceback" not in sys.argv:
            sys.exit(
                "The database is not set up yet. Start `./run` once, or `./run manage migrate`."
            )
        raise
