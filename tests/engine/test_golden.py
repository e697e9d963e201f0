"""A ruling comes out byte for byte as it did, whatever the machine is set to, until a version says otherwise."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.golden import FILE, changed, corpus

BASE = Path(__file__).parent.parent.parent
HASHES = "from tests.engine.golden import corpus; import json; print(json.dumps(corpus(), sort_keys=True))"


def kept():
    return json.loads(FILE.read_text("utf-8"))


def test_no_byte_of_any_ruling_has_changed_without_a_new_version():
    now = corpus()
    assert changed(kept(), now) == []
    assert now == kept(), "new cases or versions: write the corpus anew, python -m tests.engine.golden"


def test_a_changed_byte_is_noticed_and_a_raised_version_excuses_it():
    now = kept()
    name = next(iter(now["rulings"]))
    now["rulings"][name] = {**now["rulings"][name], "sha256": "0" * 64}
    assert changed(kept(), now) == [name]
    now["rulings"][name]["pack"] = "home-decoration@2"
    assert changed(kept(), now) == []
    now["rulings"][name]["pack"] = kept()["rulings"][name]["pack"]
    assert changed(kept(), {**now, "engine": {"semantics": 99, "vocabulary": 1}}) == []


@pytest.mark.parametrize(
    "world",
    [
        {"TZ": "America/New_York", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
        {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4242", "LC_ALL": "C.UTF-8", "LANG": "de_DE.UTF-8"},
    ],
    ids=["New York, C", "Kathmandu, another seed"],
)
def test_the_bytes_do_not_depend_on_time_zone_hash_seed_or_locale(world):
    env = {**os.environ, **world, "PYTHONUTF8": "1"}
    out = subprocess.run([sys.executable, "-c", HASHES], cwd=BASE, env=env, capture_output=True, text=True, check=True)
    assert json.loads(out.stdout) == kept()
