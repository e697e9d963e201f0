"""How a file is sent: what it is called, and what it is."""

from finance.models import Export
from people.exports import CSV, XLSX, attachment

Form = Export.Form
TYPES = {Form.CSV: CSV, Form.XLSX: XLSX, Form.BEANCOUNT: "text/plain; charset=utf-8"}


def headers(export: Export) -> dict[str, str]:
    """Of the response: saved under a name, never shown."""
    length = {"Content-Length": str(export.size), "Content-Type": TYPES[Form(export.form)]}
    return attachment(f"{export.kind}-{export.month}.{export.form}") | length
