"""Both languages are whole: every Chinese text has its English, and nothing is translated that is no longer said."""

import pytest

from config import texts


@pytest.mark.parametrize("app", texts.APPS)
def test_every_text_has_its_english_and_no_english_is_left_over(app):
    assert texts.gaps(app) == []


def test_placeholders_are_the_same_in_both_languages():
    import re

    for app in texts.APPS:
        for message in texts.load(app):
            if message.id and isinstance(message.id, str):
                wanted = set(re.findall(r"%\(\w+\)[sd]", message.id))
                assert set(re.findall(r"%\(\w+\)[sd]", str(message.string))) == wanted, message.id
