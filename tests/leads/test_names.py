"""Names: how they are found, and whether two may be one person's."""

import pytest

from leads.screening import names


@pytest.mark.parametrize(
    ("name", "pinyin", "initials"),
    [
        ("张建国", "zhangjianguo", "zjg"), ("单雄信", "shanxiongxin", "sxx"), ("曾国藩", "zengguofan", "zgf"),
        ("尉迟恭", "yuchigong", "yg"), ("仇英", "qiuying", "qy"), ("欧阳修", "ouyangxiu", "oyx"), ("John Smith", "johnsmith", "j"),
    ],
)  # fmt: skip
def test_a_name_is_found_by_its_pinyin_with_the_surname_as_surnames_are_read(name, pinyin, initials):
    assert (names.pinyin_key(name), names.initials(name)) == (pinyin, initials)


@pytest.mark.parametrize(
    ("name", "surname"),
    [("张建国", "张"), ("欧阳修", "欧阳"), ("司马懿", "司马"), ("歐陽修", "歐陽"), ("Smith", ""), ("", "")],
)
def test_a_compound_surname_is_whole(name, surname):
    assert names.surname(name) == surname


@pytest.mark.parametrize(
    ("a", "b", "fit"),
    [
        (("张建国", ""), ("张", "先生"), True), (("张建国", "女士"), ("张", "先生"), False), (("章建国", ""), ("张", "先生"), True),
        (("李建国", ""), ("张", "先生"), False), (("司马懿", ""), ("司", "先生"), False), (("", ""), ("张", ""), False),
    ],
)  # fmt: skip
def test_surnames_fit_by_character_or_sound_and_never_against_the_salutation(a, b, fit):
    assert names.surnames_fit(a[0], b[0], a[1], b[1]) == fit
