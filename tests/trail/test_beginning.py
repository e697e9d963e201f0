"""A database of before the migrations began anew is told so, and left as it is (docs/decisions/0026)."""

import pytest
from django.core.management import CommandError
from django.db import connection

from tests import database
from trail.operations import BeginAnew


def begin():
    with connection.schema_editor() as editor:
        BeginAnew().database_forwards("trail", editor, None, None)


def test_a_database_of_an_earlier_version_is_refused_in_words(committed):
    begin()  # ours is none
    with database.owner() as line, line.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '0001_first', now())")
    line.close()
    with pytest.raises(CommandError, match="made by a version before"):
        begin()
