"""Sentences that are kept as msgids and said later, in the language of whoever reads them then."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

NUMBERS = ("n", "count", "left", "days", "hours")  # the facts that a sentence may count by, the first that it has


def counted_noop(sentence: str) -> str:
    """Mark a msgid that says how many: English has one sentence for one and another for several."""
    return sentence


def in_words(sentence: str, facts: Mapping[str, Any]) -> str:
    """The sentence with its facts. A msgid that was marked as counted is said for the number among them."""
    number = next((facts[name] for name in NUMBERS if isinstance(facts.get(name), int)), None)
    if number is not None and (found := ngettext(sentence, sentence, number)) != sentence:
        return found % facts
    return gettext(sentence) % facts
