"""Reading case files: YAML with the scalars of YAML 1.2 (times stay text, only true/false are booleans), or JSON."""

import json
import re
from typing import Any

import yaml

from arbitration.engine.case import CaseError


class _Loader(yaml.SafeLoader):
    """YAML 1.2 core: no dates, no yes/no, no octals; a key given twice is a mistake."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"^(?:true|false)$", "tf"),
    ("int", r"^-?(?:0|[1-9][0-9]*)$", "-0123456789"),
    ("float", r"^-?[0-9]+\.[0-9]+$", "-0123456789"),
    ("null", r"^(?:~|null|)$", ["~", "n", ""]),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _value in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"key {key!r} is given twice", node.start_mark)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)


def read_yaml(text: str) -> Any:
    """A YAML document. Raises CaseError with where it goes wrong."""
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 — a SafeLoader with fewer types
    except yaml.YAMLError as trouble:
        mark = getattr(trouble, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark else "(top)"
        raise CaseError([f"{where}: {getattr(trouble, 'problem', None) or trouble}"]) from None


def read_case(text: str) -> Any:
    """A case file, JSON or YAML. Raises CaseError."""
    try:
        return _read(text)
    except RecursionError:
        raise CaseError(["(top): nested too deeply to be a case"]) from None


def _read(text: str) -> Any:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            pass
    return read_yaml(text)
