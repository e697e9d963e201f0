#!/usr/bin/env python
"""Django's command line. Commands that change tables connect as their owner, all else as the application's role."""

import os
import sys

OWNER_COMMANDS = {"migrate", "rotate_keys", "seed", "sqlmigrate"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if len(sys.argv) > 1 and sys.argv[1] in OWNER_COMMANDS:
        os.environ["GUISHU_AS"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # Ctrl-C is an answer, not a fault: no traceback
        sys.exit(130)
