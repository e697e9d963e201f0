"""A number as people write it, whole or masked, or what is wrong with it in words."""

import re

from django.utils.translation import gettext as _

from leads.screening import phones
from trail.refusals import Refusal

DIGITS = re.compile(r"\d(?:[\s().-]?\d){6,}")  # a run of at least seven, however it is broken up


def read_number(text: str) -> tuple[str, bool]:
    """A mobile number as E.164, or its canonical mask; and whether it is masked. Raises Refusal with what is wrong."""
    read = phones.read(text)
    if read.kind == "mobile" and read.e164:
        return read.e164, False
    if read.kind == "masked" and read.masked:
        return read.masked, True
    problem = phones.problem(read, text)
    raise Refusal(problem.code, _(problem.message) % problem.params, field="phone")


def hidden(text: str) -> str:
    """A text with every number that may be a telephone's as 前三后四, for somebody whom the numbers are none of their business."""
    return DIGITS.sub(lambda run: _hide(re.sub(r"\D", "", run[0])), text)


def _hide(digits: str) -> str:
    return f"{digits[:3]}{'*' * max(4, len(digits) - 7)}{digits[-4:]}"
