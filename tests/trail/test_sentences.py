"""What is kept as a msgid is said for its number: in English one customer is no «1 customers»."""

import pytest
from django.utils import translation

from config import texts
from leads.services.protection import POOLED, SOON_MANY
from trail.models import Message
from trail.sentences import in_words


def english(sentence, **facts):
    with translation.override("en"):
        return in_words(sentence, facts)


@pytest.mark.parametrize(("n", "said"), [(1, "of 1 customer ran out"), (2, "of 2 customers ran out")])
def test_a_message_counts_in_english(n, said):
    message = Message(sentence=POOLED, facts={"n": n})
    with translation.override("en"):
        assert said in str(message)
    with translation.override("zh-hans"):
        assert str(message) == f"今天有 {n} 位客户的保护期过了，进了公海"


def test_of_several_numbers_the_count_decides():
    assert "1 customer is protected for less than 24 h" in english(SOON_MANY, n=1, hours=24, names="张**")


def test_a_sentence_that_does_not_count_is_said_as_it_is():
    assert english("两步验证关闭了。不是你关的，马上改密码", n=1).startswith("Two-step login is off")


@pytest.mark.parametrize("app", texts.APPS)
def test_no_message_that_counts_has_one_english_for_one_and_for_many(app):
    """Those that begin with their number, or say it of a noun in the plural, have two."""
    kept = [m for m in texts.load(app) if isinstance(m.string, str) and m.id]
    assert [m.id for m in kept if "%(n)s customers " in m.string or "%(n)s cases " in m.string] == []
