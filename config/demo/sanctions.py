"""处分, 举报 and 奖励 of the demo, each at another step: to be told, to be answered, decided, released; one dismissed for want of proof.

The store's rules are those of Guangdong, discussed and made known; a fine of a ruling is only recorded.
"""

from datetime import datetime, timedelta
from typing import Any

from arbitration.models import Claim
from config.demo.cast import MANAGERS, House
from penalties import services
from penalties.models import Accusation, Sanction
from people.workplace import Workplace

MONTHS_AGO, LONG_AGO = timedelta(days=75), timedelta(days=40)
FIRST_PIECE = 2  # the number of the evidence that comes with a report


def sanctions(house: House, now: datetime) -> None:
    """Rules and wages first, then what people report, what came of it, and a bonus that waits for its second manager."""
    boss, money = house.people[MANAGERS["store"]], house.there("qianhui", house.store)
    top = house.there("chenguang", house.store)
    services.set_rules(
        here=top, jurisdiction="guangdong", city="guangzhou", adopted_on=(now - timedelta(days=200)).date(),
        published_on=(now - timedelta(days=190)).date(), basis="2025 年职工大会纪要、公示栏照片，人事柜 3 号", at=now - MONTHS_AGO,
    )  # fmt: skip
    for name in ("wangfang", "zhaolei", "tangyu"):
        services.enter_wage(
            here=money, user=house.people[name].user, month=f"{now:%Y%m}", wage_fen=8_000_00, at=now - timedelta(days=1)
        )
    _at_every_step(house, boss, top, now)
    _unproven(house, boss, now)
    _reward(house, boss, now)


def _at_every_step(house: House, boss: Workplace, top: Workplace, now: datetime) -> None:
    """王芳 has to answer, 赵磊 was warned and signed, 唐宇 compensates a loss that Finance may post."""
    people = house.people
    waiting = _proposed(house, boss, "wangfang", now - timedelta(days=2), "written_warning")
    _told(boss, waiting, now - timedelta(days=2))
    warned = _proposed(house, boss, "zhaolei", now - timedelta(days=12), "warning")
    _told(boss, warned, now - timedelta(days=12))
    services.answer_sanction(
        here=people["zhaolei"], sanction=warned, text="客户问我样板间，我多说了几句", at=now - timedelta(days=11)
    )
    services.decide_sanction(here=top, sanction=warned, reason="情节轻，警告", at=now - timedelta(days=10))
    services.acknowledge_sanction(here=people["zhaolei"], sanction=warned, at=now - timedelta(days=9))
    owed = _proposed(house, boss, "tangyu", now - LONG_AGO, "compensation", loss_fen=1_200_00)
    _told(boss, owed, now - LONG_AGO)
    services.decide_sanction(here=top, sanction=owed, reason="损失有客户退单为证", at=now - timedelta(days=25))
    services.record_refusal(here=boss, sanction=owed, text="当面拒签，孙红在场", at=now - timedelta(days=24))
    services.release_sanction(here=boss, sanction=owed, at=now - timedelta(days=2))
    _proposed(house, boss, "dengwei", now - timedelta(hours=5), "criticism")


def _proposed(
    house: House, boss: Workplace, against: str, at: datetime, kind: str, loss_fen: int | None = None
) -> Sanction:
    """宋佳 reported it and proved it, the manager found that it was so and proposes this."""
    made = _reported(house, against, at - timedelta(hours=3), "聊天截图，存在前台电脑")
    given: dict[str, Any] = {"here": boss, "accusation": made}
    services.take_accusation(at=at - timedelta(hours=2), **given)
    services.judge_evidence(
        number=FIRST_PIECE, accepted=True, reason="和通话记录一致", at=at - timedelta(hours=2), **given
    )
    finding = services.Finding(established=True, reason="私下联系了同事在跟的客户", severity="minor", loss_fen=loss_fen)
    services.find_accusation(finding=finding, at=at - timedelta(hours=1), **given)
    plan = services.Plan(kind=kind, reason="私下联系别人的客户", amount_fen=loss_fen)
    return services.propose_from_accusation(plan=plan, at=at, **given)


def _reported(house: House, against: str, at: datetime, evidence: str) -> Accusation:
    report = services.Report(
        against=house.people[against].user, kind="interference", what="在休息区拉着别人的客户谈报价", happened_at=at - timedelta(hours=4),
        known_at=at - timedelta(hours=2), evidence=evidence,
    )  # fmt: skip
    return services.file_accusation(here=house.people["songjia"], report=report, at=at)


def _told(boss: Workplace, row: Sanction, at: datetime) -> None:
    services.notice_sanction(
        here=boss, sanction=row, fact="在休息区和同事的客户谈报价", evidence="聊天截图和通话记录，在主管处可看", at=at + timedelta(hours=1)
    )  # fmt: skip


def _unproven(house: House, boss: Workplace, now: datetime) -> None:
    """Without proof it is dismissed, and nobody is punished; another waits."""
    made = _reported(house, "chenhao", now - timedelta(days=8), "")
    services.take_accusation(here=boss, accusation=made, at=now - timedelta(days=7))
    finding = services.Finding(established=False, reason="没有交证据，问过在场的人，说不清")
    services.find_accusation(here=boss, accusation=made, finding=finding, at=now - timedelta(hours=20))
    _reported(house, "chenhao", now - timedelta(hours=2), "到访单上的备注")


def _reward(house: House, boss: Workplace, now: datetime) -> None:
    """Of those who were party to a case, one who let go of a customer and still sold most."""
    mine = {house.people[name].user.pk for name in ("liqiang", "wangfang", "sunli", "songjia")}
    claim = (
        Claim.objects.filter(collision__project=house.store, user__in=mine).select_related("user", "collision").first()
    )
    if claim is None:
        return
    services.propose_reward(
        here=boss, to=claim.user, kind="both", case=claim.collision.no, cooperation="主动让出客户，帮着交接",
        results="本季度签单最多", amount_fen=800_00, at=now - timedelta(hours=6),
    )  # fmt: skip
