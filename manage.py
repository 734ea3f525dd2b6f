#!/usr/bin/env python
"""Django's command line. A configuration error or a database that is away is one sentence, not a traceback.

Without ``DATABASE_URL`` it joins the service that ``make run`` keeps beside it.
"""

import os
import sys
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError

from deploy.place import join_service

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DATABASE_URL" not in os.environ:
        os.environ.update(join_service(Path(os.environ.get("DATA_DIR") or Path(__file__).parent / "var")))
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Configuration error: {error}")
    except OperationalError as error:
        sys.exit(f"The database cannot be used now: {str(error).strip().splitlines()[0]}")
