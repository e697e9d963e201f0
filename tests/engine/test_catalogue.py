"""The generated pages say what the policies say."""

from pathlib import Path

import pytest

from arbitration.engine.catalogue import rules_page, vocabulary_page
from arbitration.engine.facts import ACTS, FACTS, FINDINGS, MOMENTS, ROLES, SANCTIONS, SHARES, TURNS

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize(("name", "page"), [("rules.md", rules_page), ("vocabulary.md", vocabulary_page)])
def test_the_page_is_the_one_that_the_packs_give(name, page):
    assert (DOCS / name).read_text("utf-8") == page(), "write it anew: ./guishu manage catalogue"


def test_every_word_says_what_it_means():
    registers = (FACTS, ROLES, MOMENTS, SHARES, ACTS, FINDINGS, SANCTIONS, TURNS)
    silent = [word.name for register in registers for word in register.values() if len(word.meaning) < 12]
    assert silent == []
