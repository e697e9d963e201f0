"""The golden corpus: what every case of the specification was ruled, as a hash of the whole ruling's bytes.

    python -m tests.engine.golden     writes it anew; refused where a ruling changed and nobody raised a version

A ruling that was stored must come out again byte for byte for ever. Whoever changes what the engine does raises `ENGINE` in
`arbitration/engine/ruling.py` (semantics: how rules are put together; vocabulary: what a fact means) or the pack's version.
"""

import json
import sys
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from arbitration.engine import decide
from arbitration.engine.ruling import ENGINE
from tests.engine.corpus import case_and_pack, texts

FILE = Path(__file__).parent / "golden.json"


def corpus() -> dict[str, Any]:
    """Every case with its pack and the hash of its ruling."""
    rulings = {}
    for name in texts():
        case, pack = case_and_pack(name)
        digest = sha256(decide(case, pack).canonical()).hexdigest()
        rulings[name] = {"pack": f"{pack.id}@{pack.version}", "sha256": digest}
    return {"engine": ENGINE, "rulings": rulings}


def changed(kept: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Cases whose ruling changed although engine and pack say that they are the same."""
    if kept["engine"] != now["engine"]:
        return []
    both = kept["rulings"].keys() & now["rulings"].keys()
    pairs = {name: (kept["rulings"][name], now["rulings"][name]) for name in sorted(both)}
    return [name for name, (old, new) in pairs.items() if old["pack"] == new["pack"] and old["sha256"] != new["sha256"]]


def main() -> int:
    now = corpus()
    if FILE.exists() and (wrong := changed(json.loads(FILE.read_text("utf-8")), now)):
        print(f"changed without a new version: {', '.join(wrong)}", file=sys.stderr)
        return 1
    FILE.write_text(json.dumps(now, indent=1, sort_keys=True) + "\n", "utf-8")
    print(f"{len(now['rulings'])} rulings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
