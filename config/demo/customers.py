"""Customers of the demo: names and numbers out of a seeded generator."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from config.demo.cast import STAFF

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任"
    "沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
# Given names by the salutation that fits them: nobody is 金春梅先生.
GIVEN = {
    "先生": (
        "建国 志强 立新 德胜 永明 子轩 文斌 国平 小军 俊杰 浩然 宇航 思远 明哲 卫东 振华 凯 洋 勇 杰 涛 超 刚 辉 鹏 伟明"
    ).split(),
    "女士": (
        "秀英 桂芳 玉兰 晓燕 丽华 春梅 雅婷 慧敏 海燕 佳怡 梓涵 欣怡 静怡 雪梅 红梅 淑珍 金凤 玉珍 婷 艳 娟 霞 玲 秀珍 丽娟"
    ).split(),
}
COLLEAGUES = {row[1] for row in STAFF}  # a customer of the same name as somebody who works there only confuses
PREFIXES = (
    "130",
    "131",
    "135",
    "136",
    "137",
    "138",
    "139",
    "150",
    "151",
    "152",
    "158",
    "159",
    "176",
    "177",
    "186",
    "187",
    "188",
    "189",
)


@dataclass(frozen=True)
class Person:
    """Somebody who may buy."""

    name: str
    honorific: str
    number: str

    @property
    def masked(self) -> str:
        """前三后四, as agencies report."""
        return f"{self.number[:3]}****{self.number[-4:]}"


def people(random: Random) -> Iterator[Person]:
    """Different people without end, the same ones for the same seed."""
    seen: set[str] = set()
    while True:
        number = random.choice(PREFIXES) + f"{random.randrange(10**8):08d}"
        if number in seen:
            continue
        seen.add(number)
        honorific = random.choice(tuple(GIVEN))
        name = random.choice(SURNAMES) + random.choice(GIVEN[honorific])
        if name not in COLLEAGUES:
            yield Person(name, honorific, number)
