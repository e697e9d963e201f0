"""Sanctions in the store: proposed by a ruling of 何静, decided by 陈光, told to 王芳 on Monday 28 April 2025.

29 and 30 April are worked, 1 to 5 May are the holiday, so five working days end on 9 May; 6 and 7 May follow, 27 April was worked.
"""

import hashlib
from datetime import datetime
from typing import Any

from arbitration.models import Collision
from arbitration.services import Sanction as Ruled
from arbitration.uploads import JPEG
from arbitration.uploads.pages import pack
from leads import vault
from penalties import services
from penalties.models import Accusation, AccusationFile, AccusationFileContent, Reward, Sanction
from people.models import User
from people.roles import Role
from people.workplace import Workplace
from tests import make, procedure
from tests.evidence_files import photo
from visits import services as visiting
from visits.models import Conduct

TOLD = make.at("2025-04-28 15:00")
HEARD = make.at("2025-05-12 09:00")  # after the term to answer
SIGNED = make.at("2025-05-12 10:00")
FINAL = make.at("2025-06-01 09:00")  # after the term to appeal
POLICY = "walk-in-store"


def ruled(
    store: make.Store, *sanctions: Ruled, when: datetime = make.MOMENT, others: tuple[Workplace, ...] = (), **more: Any
) -> list[Sanction]:
    """A case between 李强 and 王芳 is ruled on, and these sanctions with it."""
    case = procedure.contested(store, *others)
    ruling = procedure.ruled(store, case, when=when, sanctions=list(sanctions), **more)
    return list(Sanction.objects.filter(act=ruling.no).order_by("pk"))


def against(whom: Workplace, kind: str = "warning", amount: int | None = None, clause: str = "") -> Ruled:
    """What a ruling proposes against somebody."""
    return Ruled(to=whom.user, kind=kind, reason="抢别人在跟的客户", amount_fen=amount, clause=clause)


def third(store: make.Store, role: Role = Role.MANAGER, name: str = "沈洁") -> Workplace:
    """Somebody else who may handle sanctions, and has no part in anything."""
    return make.person(f"third_{role}", name, role, store.project)


def noticed(here: Workplace, row: Sanction, when: datetime = TOLD, **more: Any) -> Sanction:
    """Whom it is against is told."""
    services.notice_sanction(
        here=here, sanction=row, fact="4 月 10 日私下联系客户", evidence="通话记录", at=when, **more
    )
    return row


def decided(
    store: make.Store, row: Sanction, when: datetime = HEARD, by: Workplace | None = None, **more: Any
) -> Sanction:
    """Told by 何静, not answered, decided by 陈光 after the term."""
    noticed(store.manager, row)
    services.decide_sanction(here=by or store.general, sanction=row, reason="事实清楚", at=when, **more)
    return row


def released(store: make.Store, row: Sanction, when: datetime = FINAL, **more: Any) -> Sanction:
    """Decided, signed for, and released to Finance after the term to appeal."""
    decided(store, row, **more)
    services.acknowledge_sanction(here=at_work(row.to, store), sanction=row, at=SIGNED)
    services.release_sanction(here=store.manager, sanction=row, at=when)
    return row


def at_work(user: User | None, store: make.Store) -> Workplace:
    """Whoever of the cast this is."""
    return next(here for here in (store.li, store.wang, store.zhao, store.sun, store.manager) if here.user == user)


def kinds(row: Sanction) -> list[str]:
    """The steps of a sanction, in order."""
    return list(row.steps.order_by("number").values_list("kind", flat=True))


def adopted(store: make.Store, **more: Any) -> None:
    """The rules of the store: Guangzhou, discussed and made known, unless a test says otherwise."""
    given: dict[str, Any] = {
        "jurisdiction": "guangdong", "city": "guangzhou", "adopted_on": make.at("2024-12-01 00:00").date(),
        "published_on": make.at("2024-12-15 00:00").date(), **more,
    }  # fmt: skip
    services.set_rules(here=store.general, at=make.at("2025-01-01 09:00"), **given)


def wage(store: make.Store, here: Workplace, fen: int, month: str = "202506") -> None:
    """Finance enters a wage."""
    services.enter_wage(here=store.finance, user=here.user, month=month, wage_fen=fen, at=make.MOMENT)


def report(against: Workplace, kind: str = "poaching", **more: Any) -> services.Report:
    """What somebody reports, with evidence unless a test says otherwise."""
    given: dict[str, Any] = {
        "what": "带走别人约好的客户", "happened_at": make.at("2025-04-27 10:00"), "known_at": make.at("2025-04-28 09:00"),
        "evidence": "聊天记录，在前台", **more,
    }  # fmt: skip
    return services.Report(against=against.user, kind=kind, **given)


def established(
    place: Any, by: Workplace, against: Workplace, when: datetime = make.MOMENT, kind: str = "poaching", **found: Any
) -> Accusation:
    """An accusation whose evidence was accepted, and that a manager found to be true."""
    made = services.file_accusation(here=by, report=report(against, kind), at=when)
    services.take_accusation(here=place.manager, accusation=made, at=when)
    services.judge_evidence(here=place.manager, accusation=made, number=2, accepted=True, reason="属实", at=when)
    finding = services.Finding(established=True, reason="确实带走了客户", **found)
    services.find_accusation(here=place.manager, accusation=made, finding=finding, at=when)
    return Accusation.objects.prefetch_related("steps").get(pk=made.pk)


def with_file(made: Accusation, colour: int = 0) -> AccusationFile:
    """A picture, taken in already, that shows what its first piece of evidence says."""
    content, step = photo(colour), made.steps.get(number=2)
    file = AccusationFile.objects.create(
        step=step, name=f"{made.no}-2.jpg", media_type=JPEG, size=len(content), sha256=hashlib.sha256(content).digest()
    )
    sealed = {"original": vault.seal_bytes(content), "shown": vault.seal_bytes(pack([content]))}
    AccusationFileContent.objects.create(file=file, **sealed)
    return file


def accused(store: make.Store) -> tuple[Accusation, Sanction]:
    """李强 reported 王芳, it was established, and 何静 proposes a fine for it."""
    made = established(store, store.li, store.wang)
    plan = services.Plan(kind="fine", reason="抢单", amount_fen=500_00)
    return made, services.propose_from_accusation(here=store.manager, accusation=made, plan=plan, at=make.MOMENT)


def found(store: make.Store) -> Conduct:
    """The desk reported that 王芳 did not cooperate, and 何静 found that it was so."""
    told = visiting.Reported(kind="non_cooperation", by=store.wang.user, happened_at=make.MOMENT)
    row = visiting.report_conduct(here=store.desk, report=told, at=make.MOMENT)
    visiting.answer_conduct(here=store.wang, conduct=row, what="忘了", at=make.MOMENT)
    visiting.decide_conduct(here=store.manager, conduct=row, established=True, reason="属实", at=make.MOMENT)
    return row


def rewarded(store: make.Store) -> Reward:
    """何静 proposes to reward 李强 for what he did in his first case."""
    case = Collision.objects.filter(claims__user=store.li.user).order_by("pk")[0].no
    return services.propose_reward(
        here=store.manager, to=store.li.user, kind="bonus", case=case, cooperation="让出客户", results="签单第一",
        amount_fen=800_00, at=make.MOMENT,
    )  # fmt: skip
