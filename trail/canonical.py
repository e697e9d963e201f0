"""One way to write something down, so that its digest is the same wherever it is taken."""

import json
from typing import Any

CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical(body: dict[str, Any]) -> str:
    """Sorted keys, no blanks, no floats that are no numbers."""
    return CANONICAL.encode(body)
