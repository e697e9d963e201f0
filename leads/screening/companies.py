"""Names of companies: when two are one, when one is a branch of the other or a short form of it."""

import re
import unicodedata

from leads.screening import names, places

FORMS = re.compile(
    r"(?:\(?集团\)?)?(?:股份|有限责任|有限|合作)?公司$|\(?集团\)?$|(?:个人独资|合伙|普通合伙|特殊普通合伙)企业(?:\([^)]*\))?$|"
    r"(?:工作室|事务所|商行|经营部|门市部|加工厂|厂|店|中心)(?:\([^)]*\))?$"
)
BRANCH = re.compile(r".{0,12}分(?:公司|店|部|厂|行)$")


def plain(name: str) -> str:
    """A company's name for comparing: simplified, in small letters, without blanks, brackets of one kind."""
    return names.simplified(re.sub(r"[\s·.,，。]+", "", unicodedata.normalize("NFKC", name))).lower()


def same(a: str, b: str) -> bool:
    """Whether two full names are one."""
    return bool(a.strip()) and plain(a) == plain(b)


def is_branch(name: str, of: str) -> bool:
    """Whether one of them is a branch (分公司) of the other."""
    short, long = sorted((plain(name), plain(of)), key=len)
    return bool(short) and long.startswith(short) and bool(BRANCH.fullmatch(long[len(short) :]))


def core(name: str) -> tuple[str, str, bool]:
    """Place, the name that people use, and whether the legal form was written."""
    place, rest = places.split(plain(name))
    short = FORMS.sub("", rest)
    return place, short or rest, short != rest


def is_short_form(name: str, of: str) -> bool:
    """Whether `name` is how people call the company `of`: without place or legal form it begins that one's name.

    A whole registered name, with place and form, is a company of its own; so is one from another place.
    """
    place, short, formed = core(name)
    other_place, other, _formed = core(of)
    if (place and formed) or (place and other_place and place != other_place):
        return False
    return len(short) >= 2 and other.startswith(short)
