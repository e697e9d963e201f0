"""The pieces of a pasted report: companies, names with their salutation, numbers; labels; and what is no report at all.

The rules are those of tests/spec/data/README.md. A piece is never guessed from the inside of another one: where it is not
clear what something is, it is `other`, and the reader (report_text.py) asks.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from leads.screening import names, phones

LATIN_HONORIFIC = re.compile(r"^(Mrs|Mr|Ms)\b\.?\s*(.*)$", re.IGNORECASE)
LATIN_LAST = re.compile(r"^([A-Za-z].*)\s(Mrs|Mr|Ms)\.?$", re.IGNORECASE)
MISSPELT = {"女土": "女士", "先森": "先生", "先声": "先生"}
ENDS = "公司 地产 房产 置业 中介 经纪 地產 房產 置業 仲介 經紀".split()
LABELS = {
    "company": "报备公司 報備公司 公司名称 公司名稱 公司名 分销公司 所属公司 渠道公司 中介公司 经纪公司 报备单位 公司",
    "name": "客户姓名 客户名称 客户名 客户称呼 顾客姓名 顾客 姓名 客户 称呼 名字 客戶姓名 客戶名稱 客戶稱呼 客戶 稱呼",
    "phone": (
        "联系电话 联系方式 手机号码 客户电话 客户手机 电话号码 手机号 手机 电话 号码 tel phone mobile"
        " 聯繫電話 聯絡電話 聯繫方式 手機號碼 客戶電話 電話號碼 手機號 手機 電話 號碼"
    ),
    "agent": "带看经纪人 带看业务员 经纪人姓名 经纪人电话 业务员姓名 业务员电话 报备人电话 带看人电话 经纪人 业务员 带看人 报备人",
    "aside": (
        "到访时间 预计到访时间 预计到访 报备时间 看房时间 带看时间 到访人数 来访人数 项目名称 意向户型 意向面积 备注信息"
        " 时间 日期 人数 项目 楼盘 预算 户型 面积 备注 意向 需求 来源 渠道 性别 年龄 说明 微信 QQ"
        " 报备编号 编号 单号 订单号 订单编号 身份证号码 身份证号 身份证 证件号码 证件号 房号 车牌号 车牌 职业 住址 地址 区域 区域意向"
        " 客户来源 看房人数 到访日期 报备日期 报备项目 报备楼盘 意向楼盘 購房預算 時間 人數 項目 樓盤 預算 戶型 備註"
    ),
}
# Who else of the house or of the agency is named; only with a colon, for without one they are parts of other words.
OTHERS = "案场对接人 对接人 置业顾问 销售顾问 接待人 接待 带看 跟进人 渠道专员 专员 店长 推荐人 介绍人 提交人 录入人"
KINDS = {word.lower(): kind for kind, words in LABELS.items() for word in words.split()}
LABEL = re.compile(rf"^(?:{'|'.join(sorted(map(re.escape, KINDS), key=len, reverse=True))})$", re.IGNORECASE)
KINDS |= dict.fromkeys(OTHERS.split(), "agent")
_WORDS = "|".join(sorted(map(re.escape, KINDS), key=len, reverse=True))
LABELLED = re.compile(rf"(?<![\u4e00-\u9fffA-Za-z])({_WORDS})\s*\d?\s*[:=]", re.IGNORECASE)
AGENT = re.compile(rf"(?:{'|'.join(sorted(LABELS['agent'].split(), key=len, reverse=True))})(?:是)?")
BEGINS = re.compile(
    r"^(?:报备公司|公司名称|姓名|带看|(?:(?:我们|我司|我方|我)的?|有|带看?|推荐|介绍|预约|约|新增|新|老|意向|[一1两2][组位个批])*客[户戶]"
    rf"(?:姓名|名称|称呼)?[叫是]?|新增|新|公司(?=[\u4e00-\u9fff]{{2,}}(?:{'|'.join(ENDS)})))(?=[\u4e00-\u9fff])"
)
# What stands before a company and is not its name: when somebody comes, and what the desk is asked to do.
WHEN = re.compile(
    r"^(?:\d{1,2}[./月-]\d{1,2}[日号]?|\d{1,2}[日号]|[今明后][天日]|[上下中]午|晚上|\d{1,2}[点:](?:\d{2}分?|半)?|周[一二三四五六日末])+"
)
PLEASE = re.compile(
    r"^(?:谢谢|多谢|感谢|麻烦|辛苦|拜托|劳烦|烦请|请)(?:帮忙|帮我|帮)?((?:登记|录入|录|报)(?:一下|下)?)?"
)
BESIDE = re.compile(r"^(?:陪同|陪|一起|同行|同来|介绍|推荐|接待|安排|转介)")  # after a name: not who is reported
MENTION = re.compile(r"(?<!\S)@\S+")  # of a chat: who is to read it
REPORTING = re.compile(
    r"(?:报备|報備)(?!人|公司|单位|时间|电话)(?:一下|下)?(?:[一二两三四五1-9几](?:组|位|个|批))?(?:新)?(?:客[户戶])?(?:信息)?"
)
ITEM = re.compile(
    r"(?:(?<=[\s,;])|^)(?:[(]?\d{1,2}[.、)](?!\d)|[(]?[一二三四五六七八九十]{1,2}[.、)]|第[一二三四五六七八九十\d]{1,2}[组位个])\s*"
)
CIRCLED = re.compile(r"[\u2460-\u2473\u2776-\u277f]|\d\ufe0f?\u20e3|^[-*•·]\s", re.MULTILINE)
SPLIT = re.compile(
    r"(?<=[\u4e00-\u9fff])[-_+&]+|[-_+&]+(?=[\u4e00-\u9fff])|[,，、;；/\\|\t!?！？。~\"“”'‘’《》【】〈〉「」『』〔〕〖〗\[\]{}<>→←⇒…]+|(?<![A-Za-z])\s+|\s+(?![A-Za-z])|\s{2,}"
)
NOISE = re.compile(
    r"上午|下午|中午|晚上|早上|傍晚|今[天晚日早]|明[天晚日早]|后天|昨天|周[一二三四五六日末天](?![\u4e00-\u9fff]|先生|女士)|星期|礼拜|号到|点到|点半|到访|过来|马上|"
    r"看房|看[一二三四五两]|要看|想看|看看|看样|预算|首付|全款|贷款|房源|户型|面积|平方|平米|[一二三四五两][房室厅居]|谢谢|多谢|感谢|收到|回复|麻烦|"
    r"辛苦|好的|您好|你好|大家好|早上好|录一下|登记|确认|一起|夫妻|一家|家人|朋友|孩子|小孩|父母|老人|老公|老婆|爱人|陪同|随行|同行|"
    r"[一二两三四五六七八九十几]\s*(?:人|位|个|组|批)$|刚需|改善|投资|意向|请|备注|还有|可以|有没有|吗$|吧$|呢$|了$|到了|已到|在路上|格式|前三|后四|"
    r"^(?:嗯+|哦|好|行|对|是|是的|好滴|ok|okay|thanks?|hi|hello|收|到|来|带看|客户|新客|老客|有|无|男|女|群里|各位)$",
    re.IGNORECASE,
)
GREETED = re.compile(
    rf"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{0,3}}(?:{'|'.join(names.HONORIFICS)})[\s,!]*(?:您好|你好|[早上中下晚]{{1,2}}午?好|好(?![\u4e00-\u9fff]))"
    r"|^\s*[\u4e00-\u9fff]{0,3}(?:经理|总监|总|老师|主管|店长)[\s,!]*(?=麻烦|烦请|请|辛苦|帮忙|帮我)"
)  # who is spoken to
COMPANION = re.compile(r"[和带跟与同携陪]")  # at the beginning of a word: who comes along
# Where a number may stand. What it says, phones.read decides; here only which signs belong together.
_D, _SIGNS = r"[\dlIoO]", r"*∗﹡xX×•●○?_"
_PREFIX = rf"(?:\(?(?:\+|00)\s*\d{{1,3}}\)?[\s-]*|\(?86\)?[\s-]*)?(?:(?:{'|'.join(phones.IP_PREFIXES)})[\s-]*)?"
_EXT = r"\s?(?:-|转?\s?分机号?|转|#|ext\.?)\s?"
_MASK = rf"(?:[{_SIGNS}](?:\s?[{_SIGNS}])*|\.{{2,}}|-{{2,}})"
NUMBER = re.compile(
    rf"(?<![A-Za-z\d])(?:{_PREFIX}\(?\d{{1,7}}\)?[\s-]{{0,3}}{_MASK}[\s-]{{0,3}}\d{{1,8}}(?:{_MASK}\d{{1,8}}){{0,4}}(?!\d)"  # masked
    rf"|(?<![*∗﹡×●○])[*∗﹡×●○]{{2,}}\s?\d{{3,8}}(?!\d)|\d{{3,7}}\s?[*∗﹡×●○]{{2,}}"  # the one end of it
    rf"|{_PREFIX}\(?1[3-9]\d\)?[\s.·-]?\d{{4}}[\s.·-]?\d{{4}}(?!\d)"  # mobile, grouped or not
    rf"|{_PREFIX}1[3-9](?:[\s.·-]?\d){{9}}(?!\d)"  # mobile, grouped otherwise
    r"|1[3-9]\d(?:[\s-]\d{3,5}){1,2}(?!\d)|\(?0\d{2,3}\)?[\s-]\d{3,4}[\s-]\d{4}(?!\d)"  # grouped, perhaps a digit short
    rf"|(?:\+?86[\s-]?)?\(?0\d{{2,3}}\)?[\s-]?\d{{7,8}}(?!\d)(?:{_EXT}\d{{1,6}})?(?!\d)"  # landline
    rf"|0\d{{2,3}}-\d{{5,6}}(?!\d)|86[\s-]\(?0?\d{{2,3}}\)?[\s-]?\d{{7,8}}(?!\d)(?:{_EXT}\d{{1,6}})?(?!\d)"
    rf"|[48]00[\s-]?\d{{3,4}}[\s-]?\d{{3,4}}(?!\d)(?:{_EXT}\d{{1,6}})?(?!\d)"  # service
    r"|\(?(?:\+|00)\s?\d{1,3}\)?(?:[\s-]?\(?\d{1,5}\)?){2,5}(?!\d)"  # abroad
    r"|\(?85[23]\)?[\s-]?\d{4}[\s-]?\d{4}(?!\d)|\(?886\)?(?:[\s-]?\d{3}){3}(?!\d)"  # Hong Kong, Macau, Taiwan without +
    r"|(?<![^\s,:;])(?:9[56]\d{3}|100\d{2}|123\d{2})(?![^\s,;])"  # of a service
    rf"|(?!\d{{1,4}}0{{4}}(?!\d))(?=[lIoO]*\d){_D}{{7,}}(?![A-Za-z]))"  # else: too short, too long, a letter in it
)
LONGEST = 160  # characters of a word: two names of companies
BRAND = re.compile(
    r"\d{1,3}(?![点號号日月时分秒人位个组批套平楼栋期年周天万亿元块间室房厅层户岁次度米公里折单])[\u4e00-\u9fff]{3,10}"
)  # 21世纪不动产
DATE = re.compile(r"(?<!\d)20\d{2}[-/.年]?(?:0?[1-9]|1[0-2])[-/.月]?(?:0?[1-9]|[12]\d|3[01])日?(?!\d)")
IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")  # of an identity card: never kept (PIPL 28)
TIME = re.compile(r"(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)")


@dataclass(frozen=True, slots=True)
class Token:
    """One piece. `kind`: company, name, beside (somebody else's), honorific, number, label, noise, other,
    item (a list number) or line (its end)."""

    kind: str
    text: str = ""
    honorific: str = ""
    phone: phones.Phone | None = None


def clean(text: str) -> str:
    """Invisible signs and emoji gone, full-width forms and list numbers made plain, lines kept."""
    text = CIRCLED.sub("\n", text)
    plain = unicodedata.normalize("NFKC", text.translate(phones.INVISIBLE)).translate(phones.INVISIBLE)
    plain = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in plain)
    plain = plain.translate({ord(dash): "-" for dash in phones.DASHES})
    kept = (c for c in plain if c in _SIGNS or unicodedata.category(c) not in ("So", "Sk", "Mn", "Co", "Cn", "Cs"))
    return _close("".join(kept))


def _close(text: str) -> str:
    """Blanks inside a salutation closed, misspellings mended, dots of minority names made one sign."""
    for honorific in names.HONORIFICS:
        if len(honorific) > 1:
            text = re.sub(r"[ \u3000]+".join(honorific), honorific, text)
    for wrong, right in MISSPELT.items():
        text = text.replace(wrong, right)
    text = re.sub(r"\b(Mrs|Mr|Ms)\.\s*", r"\1 ", text, flags=re.IGNORECASE)
    text = re.sub(r"^([^\S\n]*[一二三四五六七八九十]{1,2})\.", r"\1、", text, flags=re.MULTILINE)
    return re.sub(r"(?<=[\u4e00-\u9fff])[•‧・･.·](?=[\u4e00-\u9fff])", "·", text)


def tokens(text: str) -> Iterator[Token]:
    """The pieces of a whole text, in order."""
    for line in clean(text).splitlines():
        if _heading(line):
            continue
        for i, item in enumerate(ITEM.split(line)):
            if i:
                yield Token("item")
            yield from _line(item)
        yield Token("line")


def _heading(line: str) -> bool:
    """A line of column titles only."""
    words = [w for w in re.split(r"[\s,，、;|:/]+", line) if w]
    return len(words) > 1 and all(LABEL.match(w) or w in ("序号", "编号", "No") for w in words)


def _line(line: str) -> Iterator[Token]:
    line = TIME.sub(" ", DATE.sub(" ", line))
    line = re.sub(r"(?<=[\u4e00-\u9fff])[+](?=1[3-9]\d)", " ", IDENTITY.sub(" ", line))
    line = _parentheses(REPORTING.sub(" ", GREETED.sub(" ", MENTION.sub(" ", line))))
    at = 0
    for match in NUMBER.finditer(line):
        yield from _words(line[at : match.start()])
        yield Token("number", match[0], phone=phones.read(match[0]))
        at = match.end()
    yield from _words(line[at:])


def _parentheses(line: str) -> str:
    """Brackets separate, but inside the name of a company they belong to it: 宏达(集团)有限公司."""
    inside = re.compile(
        r"(?<=[\u4e00-\u9fffA-Za-z])[(]([\u4e00-\u9fff]{1,6})[)](?=[\u4e00-\u9fff]{0,8}(?:" + "|".join(ENDS) + "))"
    )
    line = inside.sub("\u0001\\1\u0002", line)
    line = re.sub(r"[()](?!\+?\d)|(?<!\d)[)]", ",", line) if not re.search(r"[(]\+?\d", line) else line
    return line.replace("\u0001", "(").replace("\u0002", ")")


def _words(text: str) -> Iterator[Token]:
    """Labels first, then what lies between the separators."""
    at = 0
    for match in [*LABELLED.finditer(text)]:
        yield from _plain(text[at : match.start()])
        yield Token("label", KINDS[match[1].lower()])
        at = match.end()
    yield from _plain(text[at:])


def _plain(text: str) -> Iterator[Token]:
    for part in SPLIT.split(text.replace(":", ",")):
        word = part.strip(" .·-_*+=#&()")
        agent = AGENT.search(word)
        if agent:
            yield from _word(word[: agent.start()])
            yield Token("label", "agent")
            word = word[agent.end() :]
        yield from _word(word)


def _word(word: str) -> Iterator[Token]:
    """One word: a company, a name, both written together, or neither, as what is longer than either can be."""
    if len(word) > LONGEST:
        yield Token("other", word)
        return
    word = BEGINS.sub("", word.removeprefix("也是").strip())
    if asked := PLEASE.match(word):
        word = word[asked.end() :] if asked[1] or _company_end(word[asked.end() :]) else ""
    if (when := WHEN.match(word)) and _company_end(word[when.end() :]):
        word = word[when.end() :]
    if not word:
        return
    if LABEL.match(word):
        yield Token("label", KINDS[word.lower()])
    elif last := LATIN_LAST.match(word):
        yield Token("name", last[1], last[2].capitalize())
    elif latin := LATIN_HONORIFIC.match(word):
        yield Token("name" if latin[2] else "honorific", latin[2].strip(" ."), latin[1].capitalize())
    elif cut := _company_end(word):
        yield Token("company", word[:cut])
        yield from _word(re.sub(r"^[\W_]+", "", word[cut:]))
    elif found := _titled(word):
        yield replace(found[0], kind="beside") if BESIDE.match(found[1]) else found[0]
        yield from _word(found[1])
    else:
        number = re.search(r"\d", word) and not BRAND.fullmatch(word)
        yield Token("noise" if NOISE.search(word) or number else "other", word)


def _company_end(word: str) -> int:
    """Where a company's name ends inside this word; 0 where there is none. A name with its salutation before it comes first."""
    ends = [match.end() for end in ENDS for match in re.finditer(end, word) if match.start() > 0]
    if not ends:
        return 0
    titled = _titled(word)
    if (
        titled
        and titled[0].text
        and names.is_surname(titled[0].text)
        and len(titled[0].text) <= 3
        and _company_end(titled[1])
    ):
        return 0
    return max(ends)


def _titled(word: str) -> tuple[Token, str] | None:
    """A name with its salutation at the beginning of this word, and what follows it."""
    found = [(i, h) for h in names.HONORIFICS if (i := word.find(h)) >= 0]
    if not found:
        return None
    at, honorific = min(found, key=lambda f: (f[0], -len(f[1])))
    name, rest = word[:at], word[at + len(honorific) :]
    if (
        len(name) > 12
        or (len(name) > 1 and NOISE.search(name) and not names.is_surname(name))
        or (honorific == "总" and rest)
    ):
        return None
    return Token("name" if name else "honorific", name, honorific), rest
