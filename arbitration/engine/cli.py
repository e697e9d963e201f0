"""The command line of the engine: rule on a case file, or check a folder of cases against what they expect.

Exit codes: 0 ruled, or all passed; 1 a difference; 2 a case that cannot be read (one line for each mistake on standard error).
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from arbitration.engine.case import CaseError, moment
from arbitration.engine.decide import decide
from arbitration.engine.decode import decode_case
from arbitration.engine.loading import PackError
from arbitration.engine.pack import load_pack
from arbitration.engine.reading import read_case
from arbitration.engine.ruling import Ruling


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for this command line and for manage.py."""
    parser.add_argument("case", nargs="?", metavar="CASE", help="a case file; - for standard input")
    parser.add_argument("--check", metavar="DIR", help="run every case under DIR against its own `expect`")
    parser.add_argument("--policy", metavar="ID[@VERSION]", help="another policy than the case's")
    parser.add_argument(
        "--set", metavar="PARAM=VALUE", action="append", default=[], help="another value of a parameter"
    )
    parser.add_argument("--format", choices=("json", "text"), default="json")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def run(options: Any) -> int:
    """What the command does; returns the exit code."""
    if options.check:
        return _check_folder(Path(options.check))
    if not options.case:
        print("arbitrate: name a case file, - or --check DIR", file=sys.stderr)
        return 2
    try:
        text = sys.stdin.read() if options.case == "-" else Path(options.case).read_text("utf-8")
        ruling = rule(read_case(text), options.policy, options.set)
    except (CaseError, PackError) as trouble:
        print("\n".join(trouble.mistakes), file=sys.stderr)
        return 2
    except (OSError, UnicodeDecodeError) as trouble:
        print(f"{options.case}: {trouble}", file=sys.stderr)
        return 2
    shown = ruling.text[options.lang] if options.format == "text" else _json(ruling)
    print(shown)
    return 0


def _json(ruling: Ruling) -> str:
    return json.dumps(ruling.as_dict(), ensure_ascii=False, indent=2, sort_keys=True)


def rule(given: Any, policy: str | None = None, settings: list[str] | None = None, *, explain: bool = True) -> Ruling:
    """Decode and decide. Raises CaseError or PackError."""
    case = decode_case(given)
    case = replace(case, params={**case.params, **_settings(settings or [])})
    return decide(case, load_pack(policy or case.policy), explain=explain)


def _settings(settings: list[str]) -> dict[str, Any]:
    found = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals:
            raise CaseError([f"--set {setting}: write PARAM=VALUE"])
        try:
            found[name] = json.loads(value)
        except json.JSONDecodeError:
            found[name] = value
    return found


# ── checking ──


def _check_folder(folder: Path) -> int:
    if not any((*folder.rglob("*.yaml"), *folder.rglob("*.json"))):
        print(f"{folder}: no case files there", file=sys.stderr)
        return 2
    return check(folder)


def check(folder: Path) -> int:
    """Every case under the folder; a line for each difference, and the count."""
    passed = failed = 0
    for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.json")]):
        lines = list(differences(path))
        passed, failed = (passed, failed + 1) if lines else (passed + 1, failed)
        for line in lines:
            print(f"{path.stem}: {line}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def differences(path: Path) -> Iterator[str]:
    """Where the ruling of a case differs from its `expect`."""
    try:
        given = read_case(path.read_text("utf-8"))
        said = rule(given, explain=False).as_dict()
    except (CaseError, PackError) as trouble:
        yield from trouble.mistakes
        return
    yield from compare(given.get("expect", {}), said)


def compare(expect: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    """Only what is named is compared (case format, `expect`)."""
    for key, wanted in expect.items():
        if key == "not_fired":
            yield from (f"fired: {rule} must not be in it" for rule in wanted if rule in said["fired"])
        elif key == "fired":
            yield from (f"fired: {rule} is not in {said['fired']}" for rule in wanted if rule not in said["fired"])
        elif key == "absent":
            yield from _absent(wanted, said)
        elif key == "exact":
            yield from _exact(wanted, expect, said)
        else:
            yield from _differs(key, wanted, said.get(key))


def _differs(path: str, wanted: Any, got: Any) -> Iterator[str]:
    if isinstance(wanted, dict) and wanted:
        for key, value in wanted.items():
            yield from _differs(f"{path}.{key}", value, got.get(key) if isinstance(got, dict) else None)
    elif isinstance(wanted, list) and wanted and isinstance(wanted[0], dict):
        for i, entry in enumerate(wanted):
            if not any(matches(entry, row) for row in got or []):
                yield f"{path}[{i}]: nothing matches {entry}, got {got}"
    elif not _same(wanted, got):
        yield f"{path}: expected {wanted}, got {got}"


def matches(entry: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether every key that the entry names is the same in the row."""
    return all(key in row and _same(value, row[key]) for key, value in entry.items())


def _same(wanted: Any, got: Any) -> bool:
    if wanted in ({}, []):
        return not got
    times = [_instant(value) for value in (wanted, got)]
    return times[0] == times[1] if all(times) else bool(wanted == got)


def _instant(value: Any) -> datetime | None:
    try:
        return moment(value) if isinstance(value, str) and "T" in value else None
    except ValueError:
        return None


def _absent(wanted: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    for key, entries in wanted.items():
        if key == "owner":
            owners = entries if isinstance(entries, list) else [entries]
            yield from (f"owner: must not be {owner}" for owner in owners if said["owner"] == owner)
            continue
        for entry in entries:
            yield from (f"{key}: {row} must not be there" for row in said[key] if matches(entry, row))


def _exact(keys: list[str], expect: dict[str, Any], said: dict[str, Any]) -> Iterator[str]:
    for key in keys:
        if len(said[key]) != len(expect.get(key, [])):
            yield f"{key}: expected exactly {len(expect.get(key, []))} entries, got {said[key]}"


def main(argv: list[str]) -> int:
    """`python -m arbitration.engine.cli CASE`."""
    parser = argparse.ArgumentParser(prog="arbitrate", description=__doc__)
    arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
