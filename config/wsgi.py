"""What gunicorn serves.

With --preload this is read before its processes part: what is loaded here they have once for all of them, and the first who
asks waits for nothing.
"""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation

from trail import pinyin

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_wsgi_application()


def load() -> None:
    """Every page with its texts and templates, and how names are read."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            reverse("login")
    folder = settings.BASE_DIR / "templates"
    for file in folder.rglob("*.html"):
        get_template(str(file.relative_to(folder)))
    pinyin.initials("归")


load()
gc.freeze()  # what is loaded stays: to look through all of it every few hundred requests took 80 ms
