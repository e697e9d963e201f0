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
