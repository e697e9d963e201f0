"""Chinese names: the keys by which they are found, their surnames, and whether two of them may be one person."""

import re
import unicodedata
from functools import lru_cache
from typing import Any

from trail import pinyin

COMPOUND = tuple(
    (
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 太叔 申屠 "
        "公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 轩辕 呼延 西门 "
        "歐陽 司馬 東方 獨孤 南宮 萬俟 聞人 諸葛 尉遲 赫連 澹臺 濮陽 公孫 仲孫 鍾離 長孫 鮮于 軒轅 西門"
    ).split()
)
SINGLE = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞"
    "熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣贲邓"
    "郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁"
    "仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰"
    "郦雍璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃"
    "利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖闫代阳邸付涂尧覃佟仝岳苑丘"
    "門陳張劉楊黃趙吳孫馬鄭謝許馮韓鄧葉蘇呂蔣賈鍾鐘陸範龔萬錢湯賴龍莊龐顏顧魯譚鄒閻陶羅蕭盧蘭賀韋"
)
# Surnames that are read otherwise than the character is elsewhere.
READINGS = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "查": "zha", "朴": "piao", "盖": "ge", "区": "ou", "尉迟": "yuchi",
    "万俟": "moqi", "乐": "yue", "种": "chong", "翟": "zhai", "缪": "miao", "冼": "xian", "折": "she", "黑": "he",
}  # fmt: skip
DOTS = re.compile(r"[·.•‧・･．]+")  # between the parts of a minority name, which people type in many ways
HONORIFICS = tuple(
    sorted(
        (
            "总经理 先生 女士 小姐 太太 夫人 阿姨 叔叔 老师 医生 师傅 老板 经理 总监 总 總經理 老師 醫生 師傅 老闆 經理 總監 總"
        ).split(),
        key=len, reverse=True,
    )
)  # fmt: skip
MALE, FEMALE = {"先生", "Mr"}, {"女士", "小姐", "太太", "夫人", "Mrs", "Ms"}


def surname(name: str) -> str:
    """The surname; a compound one is whole. Empty for a name in Latin letters."""
    plain = name.strip()
    if not plain or re.match(r"[A-Za-z]", plain):
        return ""
    return plain[:2] if plain[:2] in COMPOUND else plain[:1]


def is_surname(text: str) -> bool:
    """Whether a text begins with a surname."""
    return text[:2] in COMPOUND or text[:1] in SINGLE


def is_bare(name: str) -> bool:
    """Whether a name is a surname alone."""
    return len(name) == 1 or name in COMPOUND


def syllables(name: str) -> list[str]:
    """Toneless pinyin, the surname as surnames are read."""
    family = surname(name)
    if family in READINGS:
        return [READINGS[family], *pinyin.syllables(name.strip()[len(family) :])]
    return [s for s in pinyin.syllables(name.strip()) if s.strip()]


def keys(name: str) -> tuple[str, str]:
    """zhangjianguo, for search and for sorting, and zjg; reading is what takes the time."""
    read = [DOTS.sub("", said) for said in syllables(name)]
    return "".join(read).lower().replace(" ", "")[:200], "".join(s[:1] for s in read).lower()[:80]


def pinyin_key(name: str) -> str:
    """zhangjianguo."""
    return keys(name)[0]


def initials(name: str) -> str:
    """zjg."""
    return keys(name)[1]


def told_apart(name: str, honorific: str = "") -> tuple[str, str]:
    """张先生 is somebody called 张, and 先生: where there is one input for both, or somebody typed both into one of two."""
    name = name.strip()
    said = next((word for word in (*HONORIFICS, "Mrs", "Mr", "Ms") if name.endswith(word)), "")
    if not said or name == said or honorific not in ("", said):
        return name, honorific
    return name.removesuffix(said).strip(), said


def contradict(honorific_a: str, honorific_b: str) -> bool:
    """Whether two salutations cannot be one person's."""
    pair = {honorific_a, honorific_b}
    return bool(pair & MALE) and bool(pair & FEMALE)


@lru_cache(maxsize=1)
def _converter() -> Any:
    from opencc import OpenCC  # its tables are read only where two names are compared

    return OpenCC("t2s")


def simplified(text: str) -> str:
    """Traditional characters as simplified ones."""
    return str(_converter().convert(text)) if text else ""


def compatible(a: str, b: str, honorific_a: str = "", honorific_b: str = "") -> bool:
    """Whether two names may be one person's: written or read alike, in either order of Latin words, or one a bare surname.

    Never when the salutations contradict.
    """
    if contradict(honorific_a, honorific_b) or not a.strip() or not b.strip():
        return False
    if _plain(a) == _plain(b) or bool(_readings(a) & _readings(b)):
        return True
    return (_bare(a, b) or _bare(b, a)) and surnames_fit(a, b)


def _plain(name: str) -> str:
    return DOTS.sub("", re.sub(r"\s+", "", simplified(name))).lower()


def _readings(name: str) -> frozenset[str]:
    """How a name may be read: toneless pinyin; of a Latin one, its words in either order."""
    words = _words(name)
    if not words:
        return frozenset({pinyin_key(_plain(name))})
    return frozenset({"".join(words), "".join(words[1:] + words[:1]), "".join(words[-1:] + words[:-1])})


def _words(name: str) -> list[str]:
    """The words of a name in Latin letters, toneless and as pinyin is typed: Lǚ and Lyu are lv. None of a Chinese name."""
    letters = re.sub("u([\u0304\u0301\u030c\u0300]?)\u0308", r"v\1", unicodedata.normalize("NFD", name.strip().lower()))
    plain = "".join(c for c in letters if not unicodedata.combining(c))
    if not re.match(r"[a-z]", plain):
        return []
    return [re.sub(r"^([ln])yu", r"\1v", word) for word in re.findall(r"[a-z]+", plain)]


def _bare(name: str, other: str) -> bool:
    """Whether a name is nothing but a surname; a Latin one, if it is the other's."""
    if words := _words(name):
        return len(words) == 1 and words[0] in _surname_readings(other)
    return is_bare(_plain(name))


def _surname_readings(name: str) -> frozenset[str]:
    """How the surname may be read; of a Latin name, its first or its last word."""
    words = _words(name)
    return frozenset({words[0], words[-1]} if words else {pinyin_key(surname(_plain(name)))})


def surnames_fit(a: str, b: str, honorific_a: str = "", honorific_b: str = "") -> bool:
    """Whether two names may have the same surname: written alike, or read alike; never against the salutations."""
    if contradict(honorific_a, honorific_b) or not a.strip() or not b.strip():
        return False
    written = {surname(_plain(a)), surname(_plain(b))}
    return (len(written) == 1 and "" not in written) or bool(_surname_readings(a) & _surname_readings(b))


def hidden(name: str) -> str:
    """张**: the first character, for what leaves the screen of whoever may see the whole name; ** where nobody said it."""
    return f"{name[:1]}**"
