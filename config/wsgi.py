"""What gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()

get_resolver().url_patterns  # noqa: B018 — loads every page now: with --preload, before the processes part, and once for all of them
gc.freeze()  # what is loaded stays: to look through all of it every few hundred requests took 80 ms
