"""Processes of a test in a folder of their own: under an account that PostgreSQL and PgBouncer accept, and what each said."""

import http.client
import os
import shutil
import subprocess
import tempfile
import time
from contextlib import closing
from pathlib import Path

from django.conf import settings

from config.local_postgres import account

BASE = Path(settings.BASE_DIR)
PATH = f"{os.environ['PATH']}:/usr/local/sbin:/usr/sbin:/sbin"


def put_in(text, changes):
    """The text with other ports, folders and names. Each must be there: the shipped file is what is tried."""
    for old, new in changes.items():
        assert old in text, f"{old!r} stands in no shipped file any more"
        text = text.replace(old, str(new))
    return text


def until(true, what, seconds=90):
    """Wait for it, and give it."""
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        if found := true():
            return found
        time.sleep(0.2)
    raise AssertionError(f"not within {seconds} seconds: {what}")


def status(port, method, path, **headers):
    """How an address of this machine answers; None where nobody does."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=8)) as wire:
        try:
            wire.request(method, path, headers=headers)
            return wire.getresponse().status
        except (OSError, http.client.HTTPException):
            return None


class Place:
    """A folder for all of them, under an account that PostgreSQL and PgBouncer accept, and the processes in it."""

    def __init__(self):
        self.root, self.account = Path(tempfile.mkdtemp(prefix="guishu-deploy-")), account()
        self.root.chmod(0o755)
        self.processes = []

    def write(self, name, text, mode=0o600):
        """A file of that account's."""
        file = self.root / name
        file.write_text(text)
        file.chmod(mode)
        self._give(file)
        return file

    def folder(self, name):
        """A folder of that account's."""
        made = self.root / name
        made.mkdir(parents=True, exist_ok=True)
        self._give(made)
        return made

    def _give(self, path):
        if self.account:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def start(self, *command, log, ours=False, **env):
        """A process in a group of its own; what it says goes into a file. `ours`: under the account of the tests."""
        who = {}
        if self.account and not ours:
            who = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        with (self.root / f"{log}.log").open("ab") as said:
            process = subprocess.Popen(
                [*map(str, command)], cwd=BASE if ours else self.root, start_new_session=True, stdout=said, stderr=said,
                env=(dict(os.environ) if ours else {"HOME": str(self.root)}) | {"PATH": PATH, "LC_ALL": "C.UTF-8", **env},
                **who,
            )  # fmt: skip
        self.processes.append(process)
        return process

    def said(self):
        """The end of what each process said, for when something went wrong."""
        logs = sorted(self.root.glob("*.log"))
        return "\n".join(f"── {file.stem}\n{file.read_text(errors='replace')[-2500:]}" for file in logs)

    def close(self):
        """End all of them, the last one first."""
        for process in reversed(self.processes):
            kill(process)
        shutil.rmtree(self.root, ignore_errors=True)


def kill(process, group=True):
    """−9, it and all that it started: nobody can finish anything."""
    if process.poll() is None:
        (os.killpg if group else os.kill)(process.pid, 9)
    process.wait()
