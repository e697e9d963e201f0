"""The store's last month, before it is closed: statements are out, one is confirmed, one is questioned."""

from datetime import datetime, timedelta

from arbitration.shares import Kind
from config.demo.cast import House
from finance import services
from finance.models import Period, StatementAnswer
from finance.reads.months import around, end
from finance.reads.statements import statements
from people.workplace import Workplace


def months(house: House, now: datetime) -> None:
    """As it stands a little after the month's end; nothing where nobody has a line in it yet."""
    month = around(house.store.month(now))[0]
    if Period.objects.filter(project=house.store, month=month, closed_at__isnull=False).exists():
        return
    mine = [one for one in statements(house.store, month) if one.row.key.kind == Kind.PERSON]
    people: dict[int | None, Workplace] = {
        here.user.pk: here for here in house.people.values() if here.project == house.store
    }
    known = [one for one in mine if one.row.key.pk in people]
    if not known:
        return
    sent = min(now, end(house.store, month) + timedelta(hours=9))
    services.send_statements(project=house.store, month=month, by=house.people["qianhui"].user, at=sent)
    said = ((StatementAnswer.Kind.CONFIRM, ""), (StatementAnswer.Kind.QUESTION, "三号那单应该是四六分，我记得谈过"))
    for one, (kind, text) in zip(known, said, strict=False):
        services.answer_statement(
            here=people[one.row.key.pk], month=month, key=one.row.key, kind=kind, seen=one.row.digest, text=text,
            at=min(now, sent + timedelta(hours=2)),
        )  # fmt: skip
