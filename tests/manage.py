"""manage.py on an embedded PostgreSQL, under production settings: for `make check`."""

import os
import sys

from tests import services  # noqa: F401 - starts the services and sets the environment

if __name__ == "__main__":
    os.environ.update(
        DJANGO_SETTINGS_MODULE="mtm.settings",
        MTM_PLAIN_HTTP="0",
        MTM_ALLOWED_HOSTS="mtm.example.org",
    )
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
