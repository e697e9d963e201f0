"""Chinese names: the keys by which they are found, their surnames, and whether two of them may be one person."""

import re

COMPOUND = tuple(
    (
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
        "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 轩辕 呼延 西门"
    ).split()
)
# Surnames that are read otherwise than the character is elsewhere.
READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "盖": "ge", "区": "ou", "尉迟": "yuchi",
    "万俟": "moqi", "乐": "yue", "种": "chong", "翟": "zhai", "缪": "miao", "冼": "xian", "折": "she", "黑": "he",
}  # fmt: skip
MALE, FEMALE = {"先生"}, {"女士", "小姐", "太太"}


def surname(name: str) -> str:
    """The surname; a compound one is whole. Empty for a name in Latin letters."""
    plain = name.strip()
    if not plain or re.match(r"[A-Za-z]", plain):
        return ""
    return plain[:2] if plain[:2] in COMPOUND else plain[:1]


def syllables(name: str) -> list[str]:
    """Toneless pinyin, the surname as surnames are read."""
    from pypinyin import lazy_pinyin  # heavy: only where a name is saved or compared

    family = surname(name)
    if family in READINGS:
        return [READINGS[family], *lazy_pinyin(name.strip()[len(family) :])]
    return [s for s in lazy_pinyin(name.strip()) if s.strip()]


def pinyin_key(name: str) -> str:
    """zhangjianguo: for search and for sorting."""
    return "".join(syllables(name)).lower().replace(" ", "")[:200]


def initials(name: str) -> str:
    """zjg."""
    return "".join(s[:1] for s in syllables(name)).lower()[:80]


def contradict(honorific_a: str, honorific_b: str) -> bool:
    """Whether two salutations cannot be one person's."""
    pair = {honorific_a, honorific_b}
    return bool(pair & MALE) and bool(pair & FEMALE)


def surnames_fit(a: str, b: str, honorific_a: str = "", honorific_b: str = "") -> bool:
    """Whether two names may have the same surname: written alike, or read alike; never against the salutations."""
    if contradict(honorific_a, honorific_b) or not a.strip() or not b.strip():
        return False
    if surname(a) and surname(a) == surname(b):
        return True
    return _read(a) == _read(b)


def _read(name: str) -> str:
    """How the surname is read; of a Latin name, its first word."""
    family = surname(name)
    return pinyin_key(family) if family else name.strip().split()[0].lower()
