"""How Chinese text is read aloud: toneless pinyin, by pypinyin, with half of the memory that its tables take by themselves."""

import os
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files

LONGEST = 3  # characters of a phrase: 重庆, 葡萄牙. The longer half of the phrases are proverbs, which stand in no name
PHRASE = re.compile(r'"([^"]+)":\s*\[\s*\[(.*?)\]\s*\]', re.DOTALL)
SYLLABLE = re.compile(r'(?:^|\[)\s*"([^"]+)"')  # the first reading of each; the others are never asked for


def syllables(text: str) -> list[str]:
    """What each character is read as, in its phrase; what is no Chinese stays together as it is."""
    return _reader()(text)


def initials(text: str) -> str:
    """The first letter of each syllable; what is no Chinese is whole here too."""
    read = _reader()
    from pypinyin import Style  # loaded by then, as it is to be

    return "".join(read(text, style=Style.FIRST_LETTER))


@lru_cache(maxsize=1)
def _reader() -> Callable[..., list[str]]:
    """pypinyin, loaded where the first text is read, and with it only what is asked for: parsed all at once, its phrases take 50 MB."""
    os.environ["PYPINYIN_NO_PHRASES"] = os.environ["PYPINYIN_NO_DICT_COPY"] = "1"
    from pypinyin import lazy_pinyin, load_phrases_dict

    load_phrases_dict(dict(_phrases()))
    read: Callable[..., list[str]] = lazy_pinyin
    return read


def _phrases() -> Iterator[tuple[str, list[list[str]]]]:
    same: dict[str, list[str]] = {}
    text = files("pypinyin").joinpath("phrases_dict.json").read_text("utf-8")
    for phrase, said in (found.groups() for found in PHRASE.finditer(text)):
        if len(phrase) <= LONGEST:
            yield phrase, [same.setdefault(one, [one]) for one in SYLLABLE.findall(said)]
