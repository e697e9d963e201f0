"""Whether data has the shape of a pack at all: what is a list, a mapping, a text. What the words mean is for `loading.py`."""

from collections.abc import Iterator, Mapping
from typing import Any

TEXTS = {"zh!": str, "en!": str}
LEAF = {"fact!": str, "in": (list, dict), **{op: (int, str, dict) for op in ("is", "not", "le", "lt", "ge", "gt")}}
ANSWER = {"owner": str, "split": (str, dict)}
THEN = ANSWER | {"propose": ANSWER, "fires": [str]} | dict.fromkeys(
    ("hold", "reason", "dismiss", "no_collision", "escalate", "to", "duty", "finding", "sanction", "turns", "minutes", "hours", "days",
     "working_days"), str,
)  # fmt: skip
RULE = {
    "id!": str, "title!": TEXTS, "says!": TEXTS, "quote": str, "group": str, "origin": str, "when": [LEAF], "then!": THEN,
    "also": [THEN], "exception_to": [str], "after": [str],
}  # fmt: skip
STAGE = {
    "id!": str, "hit!": str, "contested": str, "sole": str, "rules!": [RULE], "otherwise": [THEN | {"when": [LEAF]}]
}  # fmt: skip
PACK = {
    "schema!": str, "id!": str, "version!": str, "document!": str, "title!": TEXTS, "decides": str, "parties": [str], "params!": dict,
    "stages!": [STAGE], "impossible": [{"all!": [LEAF]}], "accepted": [{"where": [LEAF]}], "not_rules": dict, "off": [str],
}  # fmt: skip
NAMES: Mapping[Any, str] = {str: "a text", list: "a list", dict: "a mapping", int: "a whole number"}


def crooked(data: Any, shape: Any = PACK, place: str = "") -> Iterator[str]:
    """Every place where data is not of a shape: a type, several, `[shape]` or `{key: shape}`; a key with `!` must be there."""
    kinds = shape if isinstance(shape, tuple) else (shape if isinstance(shape, type) else type(shape),)
    if not isinstance(data, kinds):
        yield f"{place or 'a pack'}: must be {' or '.join(NAMES[kind] for kind in kinds)}"
    elif isinstance(shape, list):
        for i, one in enumerate(data):
            yield from crooked(one, shape[0], f"{place}[{i}]")
    elif isinstance(shape, dict):
        for named, inner in shape.items():
            key = named.rstrip("!")
            if key in data:
                yield from crooked(data[key], inner, f"{place}.{key}".lstrip("."))
            elif key != named:
                yield f"{place or 'a pack'}: {key} is missing"
