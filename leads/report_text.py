"""A pasted report, `某某公司,某某先生,139****3333`, one customer a line: read into pieces, in any order, with any separator.

In a pasted report the company is the reporting agency, never the customer's. What cannot be read comes back with a problem; a
piece that fits nowhere is never dropped in silence (`unclear`).
"""

import re
import unicodedata
from dataclasses import dataclass, replace

from leads import phones

COMPANY_ENDS = ("公司", "地产", "房产", "置业", "中介", "经纪")
HONORIFICS = tuple("总经理 先生 女士 小姐 太太 夫人 阿姨 叔叔 老师 医生 师傅 老板 经理 总监 总 Mrs Mr Ms".split())
MISSPELT = {"女土": "女士", "先森": "先生", "先声": "先生"}
PLACEHOLDERS = {"某某", "某", "xx", "xxx"}
LABELS = re.compile(
    r"(?:报备公司|公司名称|公司|客户姓名|客户|姓名|联系电话|联系方式|手机号码|手机号|手机|电话)\s*[:：]\s*|^(?:您好|你好)[,，\s]*|报备(?:一组|一位)?(?:客户)?[:：\s]+"
)
BULLET = re.compile(r"^\s*(?:\d{1,2}\s*[.、)）]|[-*•·])\s*")
SEPARATORS = re.compile(r"[,，、;；/｜|\t]+|\s{1,}")
NUMBER = re.compile(
    r"(?:[(（]?\+?(?:86|00\d{2,3})[)）]?[\s-]*)?[\d０-９][\d０-９\s\-–—.*＊﹡∗xX×•●○?_]{5,22}[\d０-９]|[\d０-９]{3,7}\s*[*＊xX×]+\s*[\d０-９]{2,7}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One person as reported. `line` is what it was read from; `problem` the first thing that is wrong, or empty."""

    line: str
    company: str = ""
    name: str = ""
    honorific: str = ""
    phone: str = ""
    masked_phone: str = ""
    problem: str = ""
    rest: str = ""

    @property
    def number(self) -> str:
        """The number as it was understood, whole or masked."""
        return self.phone or self.masked_phone


def read_report(text: str) -> list[Entry]:
    """Everybody reported in this text, in order. A company alone on a line holds for the lines that follow."""
    entries: list[Entry] = []
    company = ""
    plain = unicodedata.normalize("NFKC", text).replace("【报备】", "")
    for line in filter(str.strip, plain.splitlines()):
        entry = _read_line(line.strip())
        company = entry.company or company
        if entry.company and not (entry.name or entry.number or entry.rest):
            continue
        entry = replace(entry, company=entry.company or company)
        entries.append(replace(entry, problem=_problem(entry, entries)))
    return entries


def _read_line(line: str) -> Entry:
    plain = LABELS.sub(" ", BULLET.sub("", line))
    number, plain = _take_number(plain)
    words = [w.strip("。.:：()（）【】[]") for w in SEPARATORS.split(plain)]
    entry = Entry(line=line)
    for word in filter(None, words):
        entry = _place(entry, word)
    if number is None:
        return entry
    read = phones.read(number)
    wrong = {
        "masked": "",
        "mobile": "",
        "invalid": "bad_mask" if (read.reason or "").startswith("mask") else "bad_phone",
    }
    return replace(
        entry, phone=read.e164 or "", masked_phone=read.masked or "", problem=wrong.get(read.kind, "not_mobile")
    )


def _take_number(text: str) -> tuple[str | None, str]:
    found = list(NUMBER.finditer(text))
    if not found:
        return None, text
    if len(found) > 1:
        return " / ".join(m[0] for m in found), NUMBER.sub(" ", text)
    return found[0][0], text[: found[0].start()] + " " + text[found[0].end() :]


def _place(entry: Entry, word: str) -> Entry:
    """Put one word where it belongs: company, name with its salutation, or the rest."""
    ends = [i + len(end) for end in COMPANY_ENDS if (i := word.rfind(end)) > 0]
    if ends and not entry.company:
        cut = max(ends)
        entry = replace(entry, company=word[:cut])
        return _place(entry, word[cut:]) if word[cut:] else entry
    name, honorific = _name(word)
    if honorific and not name and entry.name and not entry.honorific:
        return replace(entry, honorific=honorific)
    looks_like_a_name = honorific or re.fullmatch(r"[\u4e00-\u9fff·]{1,10}|[A-Za-z]{2,20}", word)
    if looks_like_a_name and not entry.name:
        return replace(entry, name=name, honorific=honorific)
    return replace(entry, rest=f"{entry.rest} {word}".strip())


def _name(word: str) -> tuple[str, str]:
    """A name without its salutation, and the salutation."""
    for wrong, right in MISSPELT.items():
        word = word.removesuffix(wrong) + right if word.endswith(wrong) else word
    honorific = next((h for h in HONORIFICS if word.endswith(h)), "")
    return word.removesuffix(honorific), honorific


def _problem(entry: Entry, before: list[Entry]) -> str:
    """The first thing that keeps this line from being registered, in the order of the README."""
    same = (entry.company, entry.name, entry.honorific, entry.number)
    checks = (
        ("not_a_report", not (entry.name or entry.number)),
        ("missing_name", not entry.name),
        ("placeholder_name", entry.name.lower() in PLACEHOLDERS),
        ("missing_company", not entry.company),
        ("missing_honorific", len(entry.name) == 1 and not entry.honorific),
        ("missing_phone", not entry.number and not entry.problem),
        ("several_phones", " / " in entry.problem),
        (entry.problem, bool(entry.problem)),
        ("duplicate", any(same == (e.company, e.name, e.honorific, e.number) for e in before)),
        ("unclear", bool(re.search(r"[A-Za-z\u4e00-\u9fff]{2,}", entry.rest)) and not entry.number),
    )
    return next((code for code, wrong in checks if wrong), "")
