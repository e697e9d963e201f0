"""Reading aloud: as pypinyin reads with all its tables, phrases longer than a name aside."""

import json
from importlib.resources import files

from trail import pinyin


def test_every_phrase_that_a_name_may_hold_is_read_as_a_phrase():
    phrases = json.loads(files("pypinyin").joinpath("phrases_dict.json").read_text("utf-8"))
    short = {phrase: [one[0] for one in said] for phrase, said in phrases.items() if len(phrase) <= pinyin.LONGEST}
    assert len(short) > 20_000
    assert dict(pinyin._phrases()) == {phrase: [[one] for one in said] for phrase, said in short.items()}


def test_a_character_is_read_as_its_word_has_it():
    assert pinyin.syllables("重庆长沙银行") == ["chong", "qing", "chang", "sha", "yin", "hang"]
    assert pinyin.syllables("重") == ["zhong"]


def test_what_is_no_chinese_stays_as_it_is():
    assert pinyin.syllables("张Li3") == ["zhang", "Li3"]
    assert pinyin.initials("张建国") == "zjg"
    assert pinyin.initials("ABC置业") == "ABCzy"
