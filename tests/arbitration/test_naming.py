"""The engine's texts as people read them: no ids, no codes, amounts in groups."""

from arbitration.cases.naming import read_out

EVENTS = [
    {"id": "r418", "type": "report", "at": "2026-11-03T10:12:07+08:00"},
    {"id": "f9", "type": "refund", "at": "2026-11-05T09:00:00+08:00"},
]
NAMES = {"P1": "李强", "C1": "张**", "team_fund:T2": "一部的营销经费"}


def read(text, lang="zh"):
    return read_out(text, NAMES, EVENTS, lang)


def test_an_event_is_called_by_kind_and_time_in_the_readers_language():
    assert read("先报备（r418, f9）") == "先报备（报备 2026-11-03 10:12, 退定 2026-11-05 09:00）"
    assert read("first (r418)", "en") == "first (report 2026-11-03 10:12)"


def test_an_event_is_named_once_and_not_behind_what_says_the_same():
    assert read("是（r418, r418）") == "是（报备 2026-11-03 10:12）"
    assert read("D07-7.3 报备 · P1 2026-11-03 10:12 [r418]：有效") == "D07-7.3 报备 · 李强 2026-11-03 10:12：有效"


def test_moments_amounts_and_names_are_written_as_on_every_page():
    assert read("期限 2026-11-04T18:00:00+08:00") == "期限 2026-11-04 18:00"
    assert read("P1 40% (¥4800.00)、team_fund:T2 ¥12000–20000") == "李强 40% (¥4,800.00)、一部的营销经费 ¥12,000–20,000"


def test_what_is_no_event_of_the_case_stays():
    assert read("v3, D09-5a, home-decoration@1 · 2a79eb68c18e") == "v3, D09-5a, home-decoration@1 · 2a79eb68c18e"
