"""Telephone numbers in every spelling."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.screening import phones

ENTRIES = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "spec/data/phones.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["id"])
def test_a_spelling_is_read_as_expected(entry):
    read = phones.read(entry["input"])
    got = {"kind": read.kind, "e164": read.e164, "ext": read.ext, "masked": read.masked, "reason": read.reason}
    assert got == entry["expect"]


# Further spellings of the same rules: text, and «kind value»; an extension stands behind a number.
OTHERS = [
    ("+86 17951 13698765432", "mobile +8613698765432"), ("17909-136-9876-5432", "mobile +8613698765432"),
    ("13698765432转1", "invalid letters"), ("13698765432-1", "invalid too_long"), ("+86 12345678901", "invalid bad_prefix"),
    ("86-0755-26001234", "landline +8675526001234"), ("8601082601234", "landline +861082601234"),
    ("0755-26001234转分机8001", "landline +8675526001234 8001"), ("0755-26001234 ext:8001", "landline +8675526001234 8001"),
    ("0755-2600-1234-8001", "landline +8675526001234 8001"), ("(0755)26001234-123456", "landline +8675526001234 123456"),
    ("+86-10-82601234-805", "landline +861082601234 805"), ("0991-281-2345", "landline +869912812345"),
    ("0755-26001234-1234567", "invalid too_long"), ("0755260012341234567890", "invalid too_long"),
    ("0755-2600123", "invalid too_short"), ("0755-260012345", "invalid too_long"), ("0111-65001234", "invalid bad_area_code"),
    ("+86 65001234", "invalid missing_area_code"), ("+86 95588", "invalid short_code"),
    ("400-860-123", "invalid too_short"), ("400-860-1234-3", "invalid too_long"),
    ("136 - **** - 5432", "masked 136****5432"), ("0136****5432", "masked 136****5432"), ("174****5432", "masked 174****5432"),
    ("126****5432", "invalid mask_not_mobile"), ("1749****432", "invalid mask_not_mobile"),
    ("136****5432/137****5432", "invalid multiple_numbers"), ("136****5432 137****5432", "invalid multiple_numbers"),
    ("13698765432 136****5432", "invalid multiple_numbers"), ("13698765432和13798765432", "invalid multiple_numbers"),
    ("0755-26001234 0755-26001235", "invalid multiple_numbers"), ("136*98*5432", "invalid mask_not_contiguous"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), OTHERS)
def test_another_spelling_is_read_by_the_same_rules(text, expected):
    read = phones.read(text)
    assert " ".join(x for x in (read.kind, read.e164, read.ext, read.masked, read.reason) if x) == expected


@given(st.text(alphabet="01345689+-*x转#/.() ", max_size=40))
def test_no_signs_of_numbers_break_the_reader(text):
    assert phones.read(text).kind


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_and_only_a_whole_number_has_an_address(text):
    read = phones.read(text)
    assert (read.e164 is not None) == (read.kind in ("mobile", "landline", "service", "foreign"))
    assert (read.masked is not None) == (read.kind == "masked")
    assert (read.reason is not None) == (read.kind == "invalid")
    if read.reason:
        assert phones.problem(read, text).message


mobiles = st.builds(
    lambda prefix, rest: f"{prefix}{rest:08d}", st.sampled_from(["139", "186", "150"]), st.integers(0, 10**8 - 1)
)


@given(
    mobiles,
    st.sampled_from(["", " ", "-", "–", ".", "\u3000", "\u200b"]),
    st.sampled_from(["", "+86", "0086 ", "(+86)", "手机："]),
)
def test_separators_and_country_codes_change_nothing(number, separator, prefix):
    spelt = prefix + separator.join((number[:3], number[3:7], number[7:]))
    assert phones.read(spelt).e164 == f"+86{number}"


@given(mobiles)
def test_a_number_fits_its_own_masks_and_no_other(number):
    for masked in (f"{number[:3]}****{number[-4:]}", f"{number[:4]}****{number[-3:]}", f"{number[:3]}**{number[-6:]}"):
        assert phones.read(masked).masked == masked
        assert phones.mask_fits(masked, f"+86{number}")
        other = number[:2] + str((int(number[2]) + 1) % 10) + number[3:]
        assert not phones.mask_fits(masked, other)


@pytest.mark.parametrize(
    ("typed", "kind", "key"),
    [
        ("13912343333", "whole", "+8613912343333"), ("3333", "last4", "3333"), ("３３３３", "last4", "3333"),
        ("139****3333", "masked", "139****3333"), ("张建国", "name", "张建国"), ("zjg", "name", "zjg"), ("139", "name", "139"),
    ],
)  # fmt: skip
def test_the_desk_knows_what_was_typed(typed, kind, key):
    assert phones.partial(typed) == (kind, key)
