"""What the program says to its log: for people, or with GUISHU_LOG=json a line of JSON each, for whatever collects them."""

import json
import logging
import os
from datetime import UTC, datetime
from typing import Any


class JsonLines(logging.Formatter):
    """One JSON object a line: when (UTC), how bad, who, what; and the traceback, if there is one, inside the same line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. Newlines in what is said are escaped: nobody can forge a second entry."""
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name, "message": record.getMessage(), "process": record.process,
        }  # fmt: skip
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        if status := getattr(record, "status_code", None):  # Django's, of an answer that went wrong
            said["status"] = status
        return json.dumps(said, ensure_ascii=False, default=str)


FORM = "json" if os.environ.get("GUISHU_LOG") == "json" else "plain"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(message)s"}, "json": {"()": "config.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": FORM}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django_tasks_db": {"level": "ERROR"},  # that it was told to stop needs no warning
        "guishu.history": {"level": "INFO"},  # the last seal, every night
    },
}
# gunicorn's own lines in the same form (deploy/gunicorn.conf.py).
GUNICORN: dict[str, Any] = LOGGING | {
    "loggers": LOGGING["loggers"]
    | {"gunicorn.error": {"level": "INFO", "handlers": ["console"], "propagate": False, "qualname": "gunicorn.error"}}
}
