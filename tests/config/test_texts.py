"""Both languages are whole: every Chinese text has its English, and nothing is translated that is no longer said."""

import re
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from config import texts

# What a page says as a title or a label, where a verb or a word in the middle of a sentence would stand out.
LABEL = re.compile(
    r"(?:<(?:h[1-3]|summary|th|label|legend|button|caption|dt)\b[^>]*>\s*|block title %\})"
    r'\{% translate "(?P<text>[^"]+)"(?: context "(?P<context>[^"]+)")? %\}'
)


# A table whose other rows are worded in a context of their own names it throughout; the English of these rows is the same in both.
SAME_IN_CONTEXT = {
    ("webhook", "撞单立案"), ("audit", "联系客户"), ("step", "不成立"), ("step", "可入账"), ("step", "属实"),
}  # fmt: skip


@pytest.mark.parametrize("app", texts.APPS)
def test_every_text_has_its_english_and_no_english_is_left_over(app):
    assert texts.gaps(app) == []


def test_placeholders_are_the_same_in_both_languages():
    for app in texts.APPS:
        for message in texts.load(app):
            if message.id and isinstance(message.id, str):
                wanted = set(re.findall(r"%\(\w+\)[sd]", message.id))
                assert set(re.findall(r"%\(\w+\)[sd]", str(message.string))) == wanted, message.id


def english():
    """What each text is in English in each app that says it, by context (None: everywhere else) and text."""
    found = defaultdict(dict)
    for app in texts.APPS:
        for message in texts.load(app):
            if message.id:
                found[message.context, message.id][app] = message.string
    return found


def test_a_text_has_one_english_in_all_apps():
    """The first catalogue that has a text decides for all: of two Englishes only one is ever shown, and not always where it fits."""
    assert [said for said in english().items() if len(set(map(str, said[1].values()))) > 1] == []


def test_what_must_be_said_otherwise_elsewhere_says_so_in_a_context():
    found = english()
    named = [(context, text) for context, text in found if context and (None, text) in found]
    same = {key for key in named if set(found[key].values()) & set(found[None, key[1]].values())}
    assert len(named) > 40
    assert same == SAME_IN_CONTEXT


def test_every_title_and_label_begins_with_a_capital_letter_in_english():
    """The first catalogue that has a text decides for all: the audit log says what somebody did, and says so in its own context."""
    small, seen = [], 0
    with translation.override("en"):
        for file in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html")):
            for label in LABEL.finditer(file.read_text()):
                text, context = label["text"], label["context"]
                said = translation.pgettext(context, text) if context else translation.gettext(text)
                seen += 1
                small += [(file.name, text, said)] if said[:1].islower() else []
    assert seen > 500
    assert small == []


@pytest.mark.parametrize(
    ("context", "text", "english"),
    [
        (None, "到访单", "Visit"),
        (None, "原因", "Reason"),
        ("button", "录入", "Put on record"),
        ("button", "转交", "Hand over"),
        ("customer", "停用", "Freeze"),
        ("notebook", "到访本", "Visit notebook"),
        ("paper slip", "缺", "Missing"),
    ],
)
def test_a_word_with_several_meanings_has_the_english_of_its_place(context, text, english):
    with translation.override("en"):
        assert (translation.pgettext(context, text) if context else translation.gettext(text)) == english
