"""The command line of the checks: packs, all of them, or what changes from one to the other.

Exit codes: 0 no error; 1 an error; 2 an unknown pack, or one that cannot be read (a line for each mistake on standard error).
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from arbitration.engine.case import CaseError
from arbitration.engine.check import Problem, check, difference, draft
from arbitration.engine.decide import rule_on
from arbitration.engine.decode import decode_case
from arbitration.engine.loading import PackError
from arbitration.engine.pack import PACKS, Pack, load_pack, pack_ids
from arbitration.engine.reading import read_case

TESTS = Path(__file__).parents[3] / "tests"  # absent where only the program is installed
CATALOGUE = TESTS / "spec" / "clauses.json"
CASES = (TESTS / "spec" / "cases", TESTS / "engine" / "cases")  # of the specification, and further ones of the packs
SEVERITIES = {"error": "错误", "warning": "警告", "accepted": "已接受", "info": "说明"}
POLICY = re.compile(r"^policy: *[\"']?([\w-]+)(?:@(\d+))?", re.MULTILINE)


def arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for this command line and for manage.py."""
    parser.add_argument("packs", nargs="*", metavar="PACK", help="a shipped pack (id or id@version), or a YAML file")
    parser.add_argument("--all", action="store_true", help="every shipped pack")
    parser.add_argument("--diff", nargs=2, metavar=("OLD", "NEW"), help="the situations whose outcome changes")
    parser.add_argument(
        "--cases", metavar="DIR", action="append", help="further test cases, to see which rules are tested"
    )
    parser.add_argument("--lang", choices=("zh", "en"), default="zh")


def run(options: Any) -> int:
    """What the command does; returns the exit code."""
    names = pack_ids() if options.all else options.packs
    if bool(names) == bool(options.diff):
        print("check_policy: name packs, --all or --diff OLD NEW", file=sys.stderr)
        return 2
    packs, unreadable = _read(options.diff or names)
    if options.diff:
        return 2 if unreadable else _compare(packs[0], packs[1], options.lang)
    counts: Counter[str] = Counter()
    for pack in packs:
        for problem in check(pack, fired=frozenset(_fired(pack, options.cases or ())), clauses=_clauses()):
            counts[problem.counts] += 1
            print(_line(pack, problem, options.lang))
    print(_total(len(packs), counts, options.lang))
    return 2 if unreadable else 1 if counts["error"] else 0


def _read(names: Iterable[str]) -> tuple[list[Pack], bool]:
    """The packs that can be read, and whether some cannot; their mistakes are told, each with its place."""
    packs, unreadable = [], False
    for name in names:
        try:
            packs.append(_pack(name))
        except (CaseError, PackError) as trouble:
            unreadable = True
            print("\n".join(f"{name}: {told}" for told in trouble.mistakes), file=sys.stderr)
        except (OSError, UnicodeDecodeError) as trouble:
            unreadable = True
            print(f"{name}: {trouble}", file=sys.stderr)
    return packs, unreadable


def _pack(name: str) -> Pack:
    """A file, whatever is in it; else a shipped pack. A shipped file of just this name is read with all its mistakes."""
    shipped = PACKS / f"{name}.yaml"
    if name.endswith((".yaml", ".yml", ".json")) or shipped.is_file():
        return draft((shipped if shipped.is_file() else Path(name)).read_text("utf-8"))
    return load_pack(name)


def _compare(old: Pack, new: Pack, lang: str) -> int:
    changes = difference(old, new)
    for change in changes:
        print(change.zh if lang == "zh" else change.en)
    print(f"{len(changes)} 处变化" if lang == "zh" else f"{len(changes)} changes")
    return 0


def _line(pack: Pack, problem: Problem, lang: str) -> str:
    """One problem: pack, how bad, which check, in which stage, and the sentence."""
    zh = lang == "zh"
    counts = SEVERITIES[problem.counts] if zh else problem.counts
    stage = f" [{problem.stage}]" if problem.stage else ""
    why = problem.accepted and (f"（理由：{problem.accepted}）" if zh else f" (reason: {problem.accepted})")
    return f"{pack.id}@{pack.version} {counts} {problem.check}{stage} {problem.zh if zh else problem.en}{why}"


def _total(packs: int, counts: Counter[str], lang: str) -> str:
    if lang == "zh":
        return f"{packs} 份制度：" + "，".join(f"{word} {counts[key]}" for key, word in SEVERITIES.items())
    return f"{packs} packs: " + ", ".join(f"{key} {counts[key]}" for key in SEVERITIES)


# ── tests and clauses ──


def _clauses() -> frozenset[str] | None:
    """The clauses that decide, if the catalogue is there."""
    if not CATALOGUE.is_file():
        return None
    return frozenset(row["id"] for row in json.loads(CATALOGUE.read_text("utf-8"))["clauses"] if row["decision"])


def _fired(pack: Pack, folders: Iterable[str]) -> Iterator[str]:
    """The rules that take effect in some case of the pack."""
    for folder in (*CASES, *map(Path, folders)):
        for path in sorted([*folder.rglob("*.yaml"), *folder.rglob("*.json")]):
            text = path.read_text("utf-8")
            if _governs(pack, text):
                try:
                    yield from rule_on(decode_case(read_case(text)), pack).fired
                except CaseError:
                    continue  # `arbitrate --check` tells what is wrong with it


def _governs(pack: Pack, text: str) -> bool:
    """Whether a case is one of this pack; looked up before the file is read, since most are not."""
    said = POLICY.search(text)
    if said is None or said[1] != pack.id:
        return False
    return said[2] in (None, pack.version)


def main(argv: list[str]) -> int:
    """`python -m arbitration.engine.check.command PACK`."""
    parser = argparse.ArgumentParser(prog="check_policy", description=__doc__)
    arguments(parser)
    return run(parser.parse_args(argv))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
