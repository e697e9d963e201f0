"""The program with the settings of the tests, for a server of its own process."""

import os

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

from config.wsgi import application  # noqa: F401
