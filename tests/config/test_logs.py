"""What the log looks like where a machine reads it: one JSON object a line, whatever was said."""

import json
import logging
import os
import subprocess
import sys

from django.conf import settings

from config.logs import JsonLines

SAY = """
import logging, django
django.setup()
logging.getLogger("guishu.worker").warning("the queue\\nwaits")
"""


def said_by_a_program(**env):
    done = subprocess.run(
        [sys.executable, "-c", SAY], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", **env},
    )  # fmt: skip
    return done.stderr


def test_with_the_variable_set_each_entry_is_an_object_on_its_own_line():
    lines = said_by_a_program(GUISHU_LOG="json").splitlines()
    assert len(lines) == 1
    entry = json.loads(lines[0])
    assert (entry["level"], entry["logger"], entry["message"]) == ("WARNING", "guishu.worker", "the queue\nwaits")


def test_without_it_people_read_it():
    assert said_by_a_program(GUISHU_LOG="") == "the queue\nwaits\n"


def test_a_traceback_stays_inside_its_entry():
    try:
        raise RuntimeError("broken")
    except RuntimeError as error:
        seen = (type(error), error, error.__traceback__)
    record = logging.LogRecord("guishu", logging.ERROR, __file__, 1, "failed: %s", ("这里",), seen)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert json.loads(line)["message"] == "failed: 这里"
    assert json.loads(line)["traceback"].endswith("RuntimeError: broken")
