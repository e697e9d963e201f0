"""All cases, those of the specification and our own, read once, each with the pack that governs it."""

from functools import cache
from pathlib import Path
from typing import Any

from arbitration.engine import Case, Pack, decode_case, load_pack
from arbitration.engine.reading import read_case

FOLDERS = (Path(__file__).parent.parent / "spec" / "cases", Path(__file__).parent / "cases")


@cache
def texts() -> dict[str, str]:
    """Case id → its file."""
    return {path.stem: path.read_text("utf-8") for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))}


@cache
def given(name: str) -> dict[str, Any]:
    """A case as read; not to be changed."""
    return read_case(texts()[name])


def case_and_pack(name: str) -> tuple[Case, Pack]:
    """A case, decoded, and its pack."""
    case = decode_case(given(name))
    return case, load_pack(case.policy)
