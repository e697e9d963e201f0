"""Reading a telephone number in any spelling, whole or masked (tests/spec/data/README.md holds the rules, by number).

Nothing is guessed: what has a letter in it, or could be two numbers, is invalid with a reason, and the reason has a sentence.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from phonenumbers import PhoneMetadata, PhoneNumberType

CHINA = 86
INVISIBLE = dict.fromkeys([0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF])
LABEL = re.compile(r"^\s*(?:联系电话|联系方式|手机号码|手机号|手机|电话号码|电话|tel)\s*[:.]?\s*", re.IGNORECASE)
IP_PREFIXES = ("17951", "17911", "17909", "12593", "10193")
DASHES = "-‐‑‒–—―−﹣－"
SEPARATORS = re.compile(r"[\s.·()-]+")  # after cleaning, every dash is a hyphen
MASK_SIGNS = "*∗﹡xX×•●○?_"
MASK_RUN = re.compile(rf"(?:[{MASK_SIGNS}](?:\s*[{MASK_SIGNS}])*)|(?:\.(?:\s*\.)+)|(?:-(?:\s*-)+)")
EXTENSION = re.compile(r"\s*(?:转?\s*分机号?|转|ext|#|x)\s*[.:]*\s*(\d{1,6})$", re.IGNORECASE)
NEXT_NUMBER = rf"\s(?=1[3-9]\d(?:\d{{8}}|[\d ]{{0,4}}[{MASK_SIGNS}])|0\d{{2,3}}-?\d{{7}})"  # the blank before it


def _plan() -> Any:
    return PhoneMetadata.metadata_for_region("CN")


# Eleven digits as the numbering plan gives them to mobiles: nothing else can be meant, and all that follows is for the rest.
PLAIN = re.compile(_plan().mobile.national_number_pattern, re.ASCII)


@dataclass(frozen=True, slots=True)
class Phone:
    """One reading: `kind` is mobile, landline, service, foreign, masked or invalid; what does not apply is None."""

    kind: str
    e164: str | None = None
    ext: str | None = None
    masked: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a number is refused, as a sentence to be translated: `_(message) % params`."""

    code: str
    message: str
    params: dict[str, Any] = field(default_factory=dict)


def _no(reason: str) -> Phone:
    return Phone("invalid", reason=reason)


def read(text: str) -> Phone:
    """What this text says as a telephone number in mainland China."""
    if PLAIN.fullmatch(text):
        return Phone("mobile", e164=f"+86{text}")
    cleaned = _clean(text)
    if not any(c.isdigit() for c in cleaned):
        return _no("no_digits")
    if _several(cleaned):
        return _no("multiple_numbers")
    if mask := _masked(cleaned):
        return mask
    number, ext = _extension(cleaned)
    return _no("letters") if re.search(r"[^\W\d_]", number) else _whole(number, ext)


def _clean(text: str) -> str:
    """Rule 1: invisible signs, compatibility forms and foreign digits go; so do a label and trailing punctuation."""
    plain = unicodedata.normalize("NFKC", text.translate(INVISIBLE)).translate(INVISIBLE)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    plain = plain.translate({ord(dash): "-" for dash in DASHES})
    return LABEL.sub("", plain).strip().rstrip(",.;:!?。，；：！、")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


# ── masked numbers (rule 5) ──


def _masked(text: str) -> Phone | None:
    """A reading of a mask, right or wrong; None where nothing is masked."""
    runs = [m for m in MASK_RUN.finditer(text) if _inside(text, m)]
    if not runs:
        return None
    if len(runs) > 1:
        return _no("mask_not_contiguous")
    head, tail = (SEPARATORS.sub("", part) for part in (text[: runs[0].start()], text[runs[0].end() :]))
    head = re.sub(rf"^(?:(?:\+|00)?86)?(?:0|{'|'.join(IP_PREFIXES)})?(?=1[3-9]\d)", "", head)
    if re.search(r"\D", head + tail):
        return _no("letters" if re.search(r"[^\W\d_]", head + tail) else "mask_not_mobile")
    return _mask_of(head, tail)


def _inside(text: str, run: re.Match[str]) -> bool:
    """Whether signs stand for digits: between digits, or at an end of them; a lone x after a landline is an extension."""
    before, after = text[: run.start()], text[run.end() :]
    if run[0].strip().lower() == "x" and len(_digits(before)) >= 10:
        return False
    return SEPARATORS.sub("", before)[-1:].isdigit() or SEPARATORS.sub("", after)[:1].isdigit()


def _mask_of(head: str, tail: str) -> Phone:
    known = len(head) + len(tail)
    if head and not _begins_a_mobile(head):
        return _no("mask_not_mobile")
    if len(head) < 3 or len(tail) < 3 or known < 7:
        return _no("mask_too_few_digits")
    if known > 10:
        return _no("too_long")
    return Phone("masked", masked=f"{head}{'*' * (11 - known)}{tail}")


def _begins_a_mobile(head: str) -> bool:
    """Whether the numbering plan gives numbers with these first digits to mobiles."""
    return any(PLAIN.fullmatch(f"{head}{more}"[:11].ljust(11, "0")) for more in ("", *"0123456789", "30"))


# ── whole numbers (rules 2–4) ──


def _extension(text: str) -> tuple[str, str | None]:
    """Rule 3: an extension after a complete number; or a further hyphen group after a landline."""
    match = EXTENSION.search(text)
    if match and len(_digits(text[: match.start()])) >= 7:
        return text[: match.start()], match[1]
    number, _, last = text.rpartition("-")
    if re.fullmatch(r"\s*\d{1,6}", last) and _whole(number, None).kind == "landline":
        return number, last.strip()
    return text, None


def _several(text: str) -> bool:
    """Two numbers in one field: each side of a sign that separates numbers has at least seven digits."""
    parts = re.split(rf"[,;/、|&和或及]|\s{{2,}}|{NEXT_NUMBER}", text)
    if sum(len(_digits(part)) >= 7 and not _only_prefixes(part) for part in parts) > 1:
        return True
    digits = _digits(text)
    return bool(re.fullmatch(r"(?:1[3-9]\d{9}){2,}", digits))


def _only_prefixes(text: str) -> bool:
    """Whether this is what is dialled before a number, and no number: +86 17951."""
    return bool(re.fullmatch(rf"(?:\+|00)?(?:86)?(?:{'|'.join(IP_PREFIXES)})", SEPARATORS.sub("", text)))


def _whole(text: str, ext: str | None) -> Phone:
    plain = SEPARATORS.sub("", text)
    if plain.startswith("+"):
        return _international(plain[1:], ext)
    if re.search(r"\D", plain):
        return _no("letters")
    plain = _dialled(plain)
    if plain.startswith("00"):
        return _international(plain[2:], ext)
    if country := _bare_country(plain):
        return _international(country, ext)
    return _national(plain, ext)


def _dialled(digits: str) -> str:
    """The number without the prefix of an IP call."""
    prefix = digits[:5]
    return digits[5:] if prefix in IP_PREFIXES and len(digits) > 11 else digits


def _bare_country(digits: str) -> str | None:
    """A country code that came without + or 00."""
    forms = (r"860?1[3-9]\d{9}", r"860?[2-9]\d{9,10}", r"860?10\d{8}", r"85[23]\d{8}", r"886\d{9}")
    return digits if any(re.fullmatch(form, digits) for form in forms) else None


def _international(digits: str, ext: str | None) -> Phone:
    digits = re.sub(r"\D", "", digits)
    if digits.startswith("86"):
        rest = _dialled(digits[2:])
        area = re.fullmatch(r"10\d{7,8}|(?![48]00)[2-9]\d{8,}", rest)
        return _national(f"0{rest}" if area else rest, ext)
    return _foreign(digits, ext)


def _foreign(digits: str, ext: str | None) -> Phone:
    try:
        number = phonenumbers.parse(f"+{digits}", None)
    except phonenumbers.NumberParseException:
        return _no("invalid_for_country")
    if not phonenumbers.is_valid_number(number):
        return _no("invalid_for_country")
    return Phone("foreign", e164=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), ext=ext)


def _national(digits: str, ext: str | None) -> Phone:
    """A mainland number without its country code."""
    if re.match(r"^01[3-9]\d{9}$", digits):
        digits = digits[1:]
    if wrong := _wrong_shape(digits):
        return _no(wrong)
    number = _parsed(digits)
    if number is None:
        return _no(_why_invalid(digits))
    kinds = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "landline"}
    kind = kinds.get(phonenumbers.number_type(number), "service")
    if kind == "mobile" and ext:
        return _no("letters")  # a shared number that is put through to somebody: the number alone is not the customer's
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return Phone(kind, e164=e164, ext=ext)


def _parsed(digits: str) -> phonenumbers.PhoneNumber | None:
    """A number that is valid in the mainland, or None."""
    try:
        number = phonenumbers.parse(digits, "CN")
    except phonenumbers.NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _wrong_shape(digits: str) -> str | None:
    """What is wrong before any table is asked."""
    if re.match(r"^(?:1[012]\d{1,4}|9[56]\d{3,4})$", digits):
        return "short_code"
    if re.match(r"^[2-9]\d{6,7}$", digits):
        return "missing_area_code"
    if len(digits) == 11 and digits[0] == "1":
        return None
    if digits.startswith("0") and len(digits) < 11:  # area code and subscriber together have at least eleven
        return "too_short"
    if not digits.startswith("0") and not re.match(r"^[48]00", digits):
        return "too_short" if len(digits) < 11 else "too_long" if len(digits) > 11 else "bad_prefix"
    return None


def _why_invalid(digits: str) -> str:
    """Too long or too short if fewer or more digits would make a number of it: the area code is a right one."""
    if digits.startswith("1"):
        return "bad_prefix"
    if any(_parsed(digits[:length]) for length in range(10, len(digits))):
        return "too_long"
    return "too_short" if any(_parsed(f"{digits}{more}") for more in ("0", "00")) else "bad_area_code"


# ── what the application asks of numbers ──


def national(number: str) -> str:
    """13912343333 of +8613912343333; a mask, or a foreign number, as it is."""
    return number.removeprefix("+86")


def mask34(number: str) -> str:
    """前三后四: 139****3333."""
    digits = national(number)
    return f"{digits[:3]}****{digits[-4:]}"


def is_first3_last4(masked: str) -> bool:
    """Whether a canonical mask shows the first three and the last four."""
    return bool(re.fullmatch(r"\d{3}\*{4}\d{4}", masked))


def mask_fits(masked: str, other: str) -> bool:
    """Whether a canonical mask and a number, or another mask, may be the same: no known digit differs."""
    digits = national(other)
    return len(masked) == len(digits) and all(a == b or "*" in (a, b) for a, b in zip(masked, digits, strict=True))


def partial(text: str) -> tuple[str, str]:
    """What the desk typed into its one box: (`whole`, e164), (`masked`, mask), (`last4`, digits) or (`name`, text)."""
    phone = read(text)
    if phone.e164:
        return "whole", phone.e164
    if phone.masked:
        return "masked", phone.masked
    digits = _clean(text)
    return ("last4", digits) if re.fullmatch(r"\d{4}", digits) else ("name", text.strip())


def noop(text: str) -> str:
    """Mark a sentence for translation; it is translated where it is shown."""
    return text


SENTENCES = {
    "no_digits": noop("手机号没有填"),
    "letters": noop("手机号里有字母或汉字，只填数字"),
    "too_short": noop("手机号要 11 位，现在是 %(digits)d 位"),
    "too_long": noop("手机号要 11 位，现在是 %(digits)d 位"),
    "bad_prefix": noop("没有这样开头的手机号，再核对一遍"),
    "missing_area_code": noop("这像是座机，没有区号；客户的手机号是多少？"),
    "bad_area_code": noop("没有这个区号，再核对一遍"),
    "short_code": noop("这是服务号码，不是客户的手机号"),
    "multiple_numbers": noop("这里有两个号码，一次填一个"),
    "invalid_for_country": noop("这个国家没有这样的号码，再核对一遍；大陆号码不用写国家码"),
    "mask_too_few_digits": noop("隐去的太多了，至少要前三位和后四位"),
    "mask_not_contiguous": noop("隐去的几位要连在一起，像 139****3333"),
    "mask_not_mobile": noop("只有大陆手机号能隐去中间几位"),
    "landline": noop("要手机号；这是座机"),
    "service": noop("要手机号；这是服务号码"),
    "foreign": noop("要大陆手机号；境外号码先请主管登记"),
}


NO_NUMBER = noop("这不是号码；手机号用数字写，像 139****3333")


def problem(phone: Phone, text: str) -> Problem:
    """The sentence for a number that cannot be registered."""
    code = phone.reason or phone.kind
    if code == "no_digits" and text.strip():
        return Problem(code, NO_NUMBER)
    params = {"digits": len(_digits(_clean(text)))} if "%(digits)" in SENTENCES[code] else {}
    return Problem(code, SENTENCES[code], params)
