"""Passwords that whoever knows the house tries first: made of its own names, or of what is keyed here most often."""

import re
from typing import Any

from django.core.exceptions import ValidationError

from people.models import Organisation
from trail import pinyin

# What the most common passwords here are made of; a password of nothing else is one of them, however long.
PIECES = (
    "1234567890", "0987654321", "123456789", "987654321", "12345678", "1234567", "654321", "123456", "12345", "1234", "123", "321",
    "147258369", "147258", "258369", "159357", "159753", "741852963", "789456123", "112233", "123123", "121212", "101010", "5201314",
    "1314520", "520", "1314", "521", "666", "888", "168", "518", "woaini", "woaiwojia", "aini", "love", "iloveyou", "qwertyuiop",
    "qwerty", "asdfghjkl", "asdfgh", "asdf", "zxcvbnm", "zxcv", "1qaz2wsx", "1q2w3e4r5t", "1q2w3e4r", "1q2w3e", "qaz", "wsx", "edc",
    "qwe", "asd", "zxc", "abc", "aaa", "admin", "root", "password", "passw0rd", "p@ssw0rd", "pass", "mima", "guishu", "xiaoshou",
    "shouloubu", "huanying", "nihao", "taobao", "weixin", "wechat", "zhang", "wang", "chen", "liu", "yang", "huang", "zhao", "zhou",
    "li", "xu", "sun", "ma", "zhu", "hu", "guo", "lin", "gao",
)  # fmt: skip
YEAR = r"(?:19|20)\d\d"
_ANY = "|".join(sorted(map(re.escape, PIECES), key=len, reverse=True))
# Atomic: one way through a password, however it is made up to have many.
COMMON = re.compile(rf"(?>(?>{_ANY}|{YEAR}|(?P<same>.)(?P=same)+|[\W_]|a)+)")
SHORTEST = 3  # letters of a name that count
LEAST = 5  # different characters that a password needs beside a name


class KnownHere:
    """Refuses what is made of common pieces only, and of a person's or the company's name with hardly anything beside it."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError: password_too_common, password_too_similar."""
        typed = password.casefold()
        if COMMON.fullmatch(typed):
            raise ValidationError("common", code="password_too_common")
        for name in _names(user):
            if name in typed and len(set(typed.replace(name, ""))) < LEAST:
                raise ValidationError("similar", code="password_too_similar")

    def get_help_text(self) -> str:
        """The form says what it needs to."""
        return ""


def _names(user: Any) -> set[str]:
    """What the person and the company are called, as one types it: in characters, in pinyin, in initials with enough of them."""
    own = Organisation.objects.filter(kind=Organisation.Kind.OWN).values_list("name", "short_name")
    written = [name for row in own for name in row]
    if user is not None:
        account = user.username.partition("@")[0]
        written += [user.name, account, user.email.partition("@")[0]]
        if account.isdigit():  # a telephone number, as it often is: its end
            written += [account[-8:], account[-6:], account[-4:]]
    spelt = [("".join(pinyin.syllables(name)), pinyin.initials(name)) for name in written if name]
    told = {name.casefold() for name in written} | {name.casefold() for pair in spelt for name in pair}
    return {name for name in told if len(name) >= SHORTEST or (len(name) > 1 and not name.isascii())}
