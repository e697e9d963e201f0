"""Exports as a person gets them: asked for on the page of a month, fetched from where that leads, and read again."""

import csv
import io
from typing import Any

import openpyxl
from django.test import Client

from tests import make

PAGE = "/period/202504/exports"


def asked(client: Client, kind: str = "splits", form: str = "csv", page: str = PAGE, **more: Any) -> str:
    """Where asking for it leads."""
    answer = client.post(page, {"kind": kind, "form": form, **more})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def fetched(client: Client, kind: str = "splits", form: str = "csv", page: str = PAGE, **more: Any) -> bytes:
    """The bytes of a short one."""
    return make.read(client.get(asked(client, kind, form, page, **more)))


def rows(content: bytes) -> list[list[str]]:
    """A CSV as text."""
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def sheets(content: bytes, *, streamed: bool = False) -> list[Any]:
    """The sheets of an XLSX."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=streamed)
    return [book[name] for name in book.sheetnames]
