"""A look through everything that the database holds: in clear, as bytes, and whatever can be unsealed."""

import base64
import binascii
import re

from cryptography.exceptions import InvalidTag
from django.db import connection

from leads import vault
from leads.models import Customer, Phone
from tests.leads.leaving_no_trace import NUMBER, THEN

TABLES = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
HEX, BASE64 = re.compile(r"\\\\x([0-9a-f]{32,})"), re.compile(r'"([A-Za-z0-9+/]{40,}={0,2})"')


def dump(*, without: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """Every row of every table as text, in order."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall() if name not in without]
        found = {}
        for name in names:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {name} t")
            found[name] = sorted(text for (text,) in cursor.fetchall())
    return found


def traces(secrets: list[str]) -> list[str]:
    """Where one of these stands: in clear, as bytes, or in anything that can be unsealed."""
    found = []
    for table, rows in dump().items():
        for row in rows:
            text = row + " ".join(_opened(row))
            found += [f"{table}: {secret}" for secret in secrets if secret in text or secret.encode().hex() in row]
    return sorted(set(found))


def _opened(row: str) -> list[str]:
    raw = [bytes.fromhex(run) for run in HEX.findall(row) if len(run) % 2 == 0]
    for run in BASE64.findall(row):
        try:
            raw.append(base64.b64decode(run, validate=True))
        except binascii.Error:
            continue
    opened = []
    for one in raw:
        try:
            opened.append(vault.unseal_bytes(one).decode(errors="replace"))
        except InvalidTag:
            continue
    return opened


def indexes(number: str = NUMBER) -> list[str]:
    """The blind indexes of a number, but for the one that thousands share (`leads.ClaimKey`)."""
    phone = Phone.of(Customer(), f"+86{number}", THEN)
    return [phone.whole.hex(), phone.m34.hex(), phone.last4.hex()]
