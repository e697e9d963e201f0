"""No column that may say who a customer is can be forgotten: each has its line, or its table names nobody, and says why."""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from leads.models import Customer
from leads.privacy.lines import lines
from trail.personal import NOBODY, TABLES, Them

HOLDS_TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField, ArrayField)


def texts(model):
    """Columns that hold what somebody typed, or anything at all; not choices among words of ours."""
    return {field.name for field in model._meta.get_fields() if isinstance(field, HOLDS_TEXT) and not field.choices}


def test_every_column_of_every_table_has_its_line():
    by_model = {line.model: line.table for line in lines()}
    forgotten = []
    for model in apps.get_models(include_auto_created=True):
        table, label = by_model.get(model), getattr(model, "instance_type", model)._meta.label
        if label in NOBODY or (table and (table.goes or table.copy)):
            continue
        known = {*table.columns, *table.kept} if table else set()
        forgotten += [f"{model._meta.label}.{column}" for column in sorted(texts(model) - known)]
    assert forgotten == []


def test_a_table_with_a_customer_is_not_said_to_name_nobody():
    wrong = []
    for model in apps.get_models():
        if any(field.related_model is Customer for field in model._meta.get_fields() if field.concrete):
            label = getattr(model, "instance_type", model)._meta.label
            wrong += [label] if label in NOBODY or (texts(model) and label not in TABLES) else []
    assert wrong == []


@pytest.mark.django_db
def test_every_line_names_columns_that_there_are_and_finds_nobody_where_there_is_nobody():
    nobody = Them(ids=(), stand_in="")
    for line in lines():
        for column in (*line.table.columns, *(line.table.kept if line.model._meta.label in TABLES else ())):
            assert line.model._meta.get_field(column), (line.table.label, column)
        assert line.table.copy or line.table.goes or line.table.columns or line.table.kept
        assert not line.rows(nobody).exists()


def test_what_is_kept_says_why():
    assert all(len(why) > 8 for table in TABLES.values() for why in table.kept.values())
    assert all(len(why) > 8 for why in NOBODY.values())


def test_names_and_numbers_are_taken_out_of_a_text_however_they_are_written():
    them = Them(ids=(), stand_in="", names=frozenset({"张建国", "张先生"}), numbers=frozenset({"+8613912343333"}))
    said = (
        "张建国（13912343333，139 1234 3333，+86-139-1234-3333，139****3333，１３９１２３４３３３３）和张先生是一人，"
        "139123433334 和 13912343334 不是"
    )
    assert them.hide(said) == "**（***，***，***，***，***）和**是一人，139123433334 和 13912343334 不是"
    assert them.named_in("打 139-1234-3333")
    assert not them.named_in("张建国 13912343334")
