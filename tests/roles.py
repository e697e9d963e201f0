"""Two database roles for the tests, also on a server of which only one address was given (DATABASE_URL)."""

import os
import sys
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from config.backups.programs import connect

PASSWORD = "guishu-test"
CREATE = """
DO $$ BEGIN
  IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{role}') THEN CREATE ROLE {role} LOGIN PASSWORD '{password}'; END IF;
END $$
"""


def two_roles() -> None:
    """Make an owner and an application's role where the addresses name one role for both, and point the tests at them."""
    given = os.environ["DATABASE_URL"]
    admin = os.environ.setdefault("ADMIN_DATABASE_URL", given)
    if _user(os.environ.setdefault("OWNER_DATABASE_URL", given)) != _user(given):
        return
    _create(admin)
    os.environ["DATABASE_URL"] = _as(given, "guishu_test_app")
    os.environ["OWNER_DATABASE_URL"] = _as(given, "guishu_test_owner")


def _user(url: str) -> str | None:
    return urlsplit(url).username


def _as(url: str, role: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{role}:{PASSWORD}@{parts.netloc.rpartition('@')[2]}"))


def _create(url: str) -> None:
    server = connect(url)
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            for role in ("guishu_test_owner", "guishu_test_app"):
                cursor.execute(CREATE.format(role=role, password=PASSWORD))
                cursor.execute(f"GRANT {role} TO CURRENT_USER")
    except psycopg2.errors.InsufficientPrivilege:
        sys.exit("The tests need a role that may create roles and databases: give one in ADMIN_DATABASE_URL.")
    finally:
        server.close()
