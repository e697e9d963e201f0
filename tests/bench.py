"""The bench as tests run it."""

import json
from io import StringIO

from django.core.management import call_command

ROW = {"name", "goal", "value", "ratio", "reached"}


def measured(*subjects, file, **more):
    """The rows of one run, as JSON has them."""
    out = StringIO()
    call_command("bench", *subjects, json=True, history=file, stdout=out, stderr=StringIO(), **more)
    return json.loads(out.getvalue())["rows"]
