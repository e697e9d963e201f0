"""Settings of the tests: throw-away keys, quick passwords, a database cloned from a template (tests/database.py)."""

import os

from tests.roles import two_roles

os.environ.setdefault("GUISHU_SECRET_KEY", "only-for-tests-" + "0" * 40)
os.environ.setdefault("GUISHU_PHONE_KEY", "cHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHA=")
os.environ.setdefault("GUISHU_INDEX_KEY", "aWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWlpaWk=")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright's sync API keeps a loop in this thread

two_roles()

from config.settings import *  # noqa: E402, F403
from config.settings import DATABASES  # noqa: E402

DEBUG = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if "PYTEST_VERSION" in os.environ and not os.environ.get("GUISHU_TEST_SERVER"):
    DATABASES["default"]["NAME"] = f"guishu_test_{os.getpid()}"
DATABASES["default"]["CONN_MAX_AGE"] = None
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]  # noqa: F405 — the test server serves static files
