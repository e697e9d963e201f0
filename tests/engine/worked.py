"""The worked cases that stand beside the shipped policies in the product, taken from the specification's and our own.

python -m tests.engine.worked     writes them anew
"""

import json
from typing import Any

from arbitration.policies.examples import FOLDER
from tests.engine.corpus import given, texts


def worked() -> dict[str, dict[str, Any]]:
    """Cases by the pack that governs them, as its file is called, each by its name."""
    files: dict[str, dict[str, Any]] = {}
    for name in texts():
        case = given(name)
        files.setdefault(case["policy"], {})[name] = {key: value for key, value in case.items() if key != "expect"}
    return files


def text(cases: dict[str, Any]) -> str:
    """One case a line."""
    lines = (
        f"{json.dumps(name)}: {json.dumps(case, ensure_ascii=False, sort_keys=True)}" for name, case in cases.items()
    )
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for stem, cases in worked().items():
        (FOLDER / f"{stem}.json").write_text(text(cases), "utf-8")
