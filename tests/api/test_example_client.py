"""docs/example_client.py does what it says, against the served program."""

import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from leads.models import Registration
from tests import make
from tests.draining import drain_hooks as drain
from tests.listening import listener
from tests.people.hooked import hooked
from tests.programs import token
from trail import clock

FILE = Path(__file__).parents[2] / "docs" / "example_client.py"


def client(site, secret, *words):
    """Run it as somebody would who reads the documentation."""
    env = {**os.environ, "GUISHU": site, "TOKEN": secret, "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(
        [sys.executable, FILE, *words], env=env, capture_output=True, encoding="utf-8", check=False, timeout=120
    )


@pytest.fixture
def module():
    """The same as a module."""
    spec = importlib.util.spec_from_file_location("example_client", FILE)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_it_has_sixty_lines_and_needs_nothing_but_python():
    lines = FILE.read_text("utf-8").splitlines()
    assert len([line for line in lines if line.strip()]) <= 60
    brought = {line.split()[1].partition(".")[0] for line in lines if line.startswith(("import ", "from "))}
    assert brought <= sys.stdlib_module_names


def test_it_registers_once_however_often_it_is_run_lists_all_and_tells_a_true_webhook_from_a_false_one(
    site, module, settings
):
    store = make.store()
    secret = token(store.li, at=clock.now())
    first, again = (client(site, secret, make.PHONE, "张建国", "crm-4711") for _run in range(2))
    assert (first.stderr, again.stderr) == ("", "")
    no = Registration.objects.get().no
    assert first.stdout.split() == again.stdout.split() == [no, "1"]
    for n in range(3):
        make.registered(store.li, clock.now(), number=f"1380000000{n}")
    assert client(site, secret, "13900000009", "孙悦", "crm-4712").stdout.split()[1] == "5"
    refused = client(site, "gs_wrong", make.PHONE, "张建国", "crm-4713")
    assert (refused.returncode, refused.stderr.partition(":")[0]) == (1, "token_unknown")
    with listener() as heard:
        settings.GUISHU_HOOKS_INSIDE = frozenset({heard.place})
        _hook, known = hooked(store.admin, heard, "visit.registered")
        make.arrived(store, clock.now(), number="13800000000")
        assert drain(at=clock.now()) == 1
        got = heard.got[0]
    assert module.is_from_guishu(known, got.headers, got.body)
    assert not module.is_from_guishu(known, got.headers, got.body + b" ")
    assert not module.is_from_guishu("whsec_" + "A" * 44, got.headers, got.body)
    late = {**got.headers, "webhook-timestamp": str(int(time.time()) - 301)}
    assert not module.is_from_guishu(known, late, got.body)


def test_it_goes_through_the_pages_and_waits_when_it_is_told_to(module, monkeypatch):
    answers = [{"results": [1, 2], "next": "c d"}, {"results": [3], "next": None}]
    asked = []
    monkeypatch.setattr(module, "call", lambda method, path: (asked.append(path), answers.pop(0))[1])
    assert list(module.registrations()) == [1, 2, 3]
    assert asked == ["registrations?limit=100", "registrations?limit=100&cursor=c+d"]


def test_it_sends_again_with_the_same_key_while_that_helps(module, monkeypatch):
    waited = []
    monkeypatch.setattr(module.time, "sleep", waited.append)
    with listener() as heard:
        monkeypatch.setattr(module, "GUISHU", f"http://{heard.place}")
        heard.answer(503, headers={"Retry-After": "7"}, body=b"{}")
        heard.answer(429, body=b"{}")
        heard.answer(200, body=b'{"no": "BB-1"}')
        assert module.call("POST", "registrations", {}, "crm-1") == {"no": "BB-1"}
        assert {got.headers["idempotency-key"] for got in heard.got} == {"crm-1"}
        assert waited == [7.0, 2]
        heard.answer(422, body=b'{"code": "invalid", "detail": "no"}')
        with pytest.raises(SystemExit, match="invalid: no"):
            module.call("POST", "registrations", {}, "crm-2")
