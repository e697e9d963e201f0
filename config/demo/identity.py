"""Who is who: a number under another name and a masked report wait at the desk, one was settled, two records were merged."""

from datetime import datetime, timedelta

from django.utils.timezone import localtime

from config.demo.cast import House
from leads.models import Customer, IdentityQuestion, Ownership, Phone, Relation
from leads.screening import phones
from leads.services import LeadInput, add_number, answer_question, merge, prove_relation, register_lead
from people.workplace import Workplace


def identity(house: House, now: datetime) -> None:
    """Four customers of 李强 in the store, met again by 王芳 and 赵磊 yesterday."""
    li, wang, zhao, desk, manager = (
        house.people[name] for name in ("liqiang", "wangfang", "zhaolei", "zhoumin", "hejing")
    )
    ten = localtime(now, li.project.zone).replace(hour=10, minute=5, second=0, microsecond=0) - timedelta(days=1)
    one, two, three, four = _followed(li, ten)
    register_lead(here=wang, lead=LeadInput(_number(one), "孟晓", "女士"), at=ten)
    register_lead(here=zhao, lead=LeadInput(phones.mask34(_number(two)), two.name[:1], two.honorific), at=ten)
    report = register_lead(here=wang, lead=LeadInput(_number(three), "乔安"), at=ten).registration
    settled = IdentityQuestion.objects.get(registration=report)
    answer_question(here=desk, question=settled, same=None, why="夫妻合用一个号码，两位都来过", at=ten.replace(hour=11))
    again = register_lead(here=li, lead=LeadInput("17706510077", four.name, four.honorific), at=ten).registration
    if again.customer:
        merge(here=manager, kept=four, merged=again.customer, reason="同一张身份证，换了号码", at=ten.replace(hour=14))
    add_number(here=li, customer=one, number="17706510078", proof="客户用这个号码回的电话", at=ten.replace(hour=15))
    couple = Relation.objects.filter(kind=Relation.Kind.SPOUSE, other__isnull=False, proof="").order_by("pk").first()
    if couple:
        prove_relation(here=desk, relation=couple, proof=Relation.Proof.MARRIAGE_CERTIFICATE, at=ten.replace(hour=16))


def _followed(here: Workplace, at: datetime) -> list[Customer]:
    """Customers whom somebody follows without a rival, the newest first."""
    live = Ownership.objects.live_at(at).filter(project=here.project, user=here.user, since__lt=at)
    rows = Customer.objects.filter(pk__in=live.values("customer"), collisions__isnull=True)
    return list(rows.order_by("-created_at", "pk")[:4])


def _number(customer: Customer) -> str:
    return phones.national(Phone.objects.filter(customer=customer).order_by("pk")[0].e164)
