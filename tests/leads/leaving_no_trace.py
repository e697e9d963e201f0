"""A customer of whom every app keeps something."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from arbitration.cases import sealed
from arbitration.models import Appeal, Attachment, AttachmentContent, CaseEvent, Collision, Draft, Ruling, Statement
from finance.models import Export, ExportPart, Period
from leads import vault
from leads.identity import name_keys
from leads.models import (
    Contact,
    Customer,
    Deal,
    Deed,
    ImportRow,
    ImportRun,
    InboundMessage,
    InboundSource,
    Merge,
    NotebookEntry,
    Ownership,
    PersonRequest,
    PreCheck,
    Profile,
    ProtectionChange,
    Relation,
    Review,
    Task,
    Transfer,
    VisitNote,
)  # fmt: skip
from leads.services import sign_deal
from leads.services.deal_changes import Change, change_deal
from leads.services.precheck import precheck
from penalties.models import Accusation, Sanction, SanctionStep
from people.models import Project, Routine
from tests import make, procedure
from trail import services as trail
from trail.models import Once
from visits.models import (
    Conduct,
    ConductAnswer,
    Correction,
    Expected,
    Incident,
    IncidentStep,
    Permission,
    Signature,
    Visit,
)
from visits.services import issue_slip

NAME, HONORIFIC, NUMBER, NOTE = "欧阳倩云", "女士", "13958241679", "想买三楼朝南的小户型"
PINYIN = "ouyangqianyun"
SAID = f"{NAME}（{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}）说：{NOTE}"
WORDS = f"{NAME}（{NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}）是李强先联系的"  # what is on record of others, too
THEN, LATER, LONG_AFTER = make.at("2025-04-28 14:05"), make.at("2025-04-28 15:00"), make.at("2029-01-10 09:00")


@dataclass(frozen=True)
class Story:
    """Who it is about, and the case and the deal that stay."""

    customer: Customer
    case: Collision
    ruling: Ruling
    deal: Deal


def everything(store: make.Store) -> Story:
    """欧阳倩云 is reported by 李强 and 王芳, comes, is ruled about, signs; and everybody writes her name and number wherever they can."""
    for day, here in ((1, store.li), (2, store.wang)):
        make.registered(
            here, make.at(f"2025-04-0{day} 10:00"), number=NUMBER, name=NAME, honorific=HONORIFIC, text=SAID
        )
    customer = make.customer(NUMBER)
    visit = make.arrived(
        store, make.at("2025-04-10 10:00"), number=NUMBER, name=NAME, honorific=HONORIFIC, asked_for=store.wang.user
    )
    case = Collision.objects.get()
    in_the_case(store, case)
    ruling = procedure.ruled(store, case, when=THEN)
    Appeal.objects.create(
        no="SS-1", ruling=ruling, by=store.li.user, reason=WORDS, at=THEN, state=Appeal.State.UPHELD, decided_by=store.general.user,
        decided_at=LATER, decided_why=WORDS,
    )  # fmt: skip
    in_the_register(store, customer)
    at_the_desk(store, customer, visit)
    deal = sign_deal(
        here=store.manager, customer=customer, closer=store.wang.user, amount_fen=10_000_000, commission_fen=500_000, designer=None,
        term_months=None, at=LATER,
    )  # fmt: skip
    change_deal(here=store.finance, deal=deal, change=Change("price", 9_000_000, 450_000), reason=SAID, at=LATER)
    everywhere_else(store, customer, case, ruling)
    visit.refresh_from_db()
    visit.left_at, visit.left_how = LATER, Visit.LeftHow.DESK
    visit.save()
    Period.objects.update_or_create(project=store.project, month="202504", defaults={"closed_at": LATER})
    return Story(customer, case, Ruling.objects.get(pk=ruling.pk), deal)


def in_the_case(store: make.Store, case: Collision) -> None:
    """What parties say and bring."""
    by = {"collision": case, "by": store.li.user}
    Statement.objects.create(**by, text=WORDS, at=THEN)
    call = {
        "issuer": "china_mobile", "own": sealed.seal("+8613700000001"), "customer": sealed.seal(f"+86{NUMBER}"), "note": WORDS,
        "outgoing": True, "official": True, "call_at": "2025-04-03T10:00:00+08:00",
    }  # fmt: skip
    CaseEvent.objects.create(**by, type="call_list", payload=call, at=THEN)
    file = Attachment.objects.create(
        **by, kind="other", says=WORDS, name="a.jpg", media_type="image/jpeg", size=3, sha256=b"x" * 32, staged_at=THEN,
        state=Attachment.State.SUBMITTED, submitted_at=THEN,
    )  # fmt: skip
    AttachmentContent.objects.create(attachment=file, original=vault.seal(SAID), shown=vault.seal(SAID))
    Draft.objects.create(**by, form="statement", sealed=vault.seal(SAID), at=THEN)


def in_the_register(store: make.Store, customer: Customer) -> None:
    """What sellers note."""
    mine: dict[str, Any] = {"project": store.project, "customer": customer}
    contact = Contact.objects.create(**mine, by=store.li.user, mode="call", note=SAID, at=THEN)
    VisitNote.objects.create(contact=contact, purpose=NOTE, result=SAID)
    profile, _new = Profile.objects.get_or_create(**mine, defaults={"changed_by": store.li.user, "changed_at": THEN})
    profile.needs, profile.intent, profile.region, profile.industry = SAID, NOTE, NOTE, NOTE
    profile.save()
    Task.objects.create(
        **mine,
        user=store.li.user,
        what=SAID,
        due_at=LATER,
        created_by=store.li.user,
        created_at=THEN,
        done_at=LATER,
        done_note=NOTE,
    )
    Review.objects.create(
        registration=customer.registrations.first(), approved=True, why=SAID, by=store.manager.user, at=THEN
    )
    Deed.objects.create(
        **mine, no="XY-1", user=store.li.user, signed_at=THEN, terms=SAID, entered_by=store.li.user, at=THEN
    )
    Transfer.objects.create(
        **mine, no="ZJ-1", giver=store.li.user, taker=store.wang.user, consent="customer", reason=SAID, state="refused", at=THEN,
        decision=SAID,
    )  # fmt: skip
    NotebookEntry.objects.create(
        **mine, user=store.li.user, book="collection", source="X", at=THEN, note=SAID, noted_at=THEN
    )
    held = Ownership.objects.filter(customer=customer).first()
    ProtectionChange.objects.create(ownership=held, why="decided", reason=SAID[:100], by=store.manager.user, at=THEN)
    other = Customer.objects.create(name="欧阳老太", created_at=THEN, **name_keys("欧阳老太"))
    Relation.objects.create(customer=customer, other=other, kind="parent_child", declared_at=THEN, by=store.li.user)
    twin = Customer.objects.create(name=NAME, created_at=THEN, merged_into=customer, **name_keys(NAME))
    Merge.objects.create(kept=customer, merged=twin, reason=SAID, by=store.manager.user, at=THEN)
    precheck(here=store.zhao, number=f"+86{NUMBER}", at=LATER)
    PreCheck.objects.create(
        project=store.project, by=store.zhao.user, index=vault.whole(f"+86{NUMBER}"), bucket=vault.first3_last4("139", "1679"),
        answer="clear", at=THEN,
    )  # fmt: skip
    PersonRequest.objects.create(
        **mine, no="QQ-1", kind="access", asked_at=THEN, due_at=LATER, identified="本人到场", note=WORDS, taken_by=store.manager.user,
        state="done", answer=WORDS, closed_at=LATER, closed_by=store.manager.user,
    )  # fmt: skip
    source = InboundSource.objects.create(
        project=store.project,
        kind="email_hook",
        name="邮件",
        sealed_secret=vault.seal("s"),
        created_by=store.admin.user,
        created_at=THEN,
    )
    told = InboundMessage.objects.create(
        source=source, external_id="m-1", user=store.li.user, sealed_sender=vault.seal("li@x.example"), state="part",
        sealed_text=vault.seal(f"{SAID}\n王五 13700000002"), sealed_left=vault.seal(SAID), at=THEN,
    )  # fmt: skip
    told.registrations.add(customer.registrations.first())
    InboundMessage.objects.create(
        source=source,
        external_id="m-2",
        sealed_sender=vault.seal("x@x.example"),
        state="unclear",
        sealed_text=vault.seal(SAID),
        at=THEN,
    )
    run = ImportRun.objects.create(
        no="DR-1",
        project=store.project,
        kind="leads",
        file_name="a.xlsx",
        digest=b"d" * 32,
        state="done",
        by=store.li.user,
        at=THEN,
    )
    ImportRow.objects.create(
        run=run, line=2, outcome="taken", sealed_cells=vault.seal(SAID), registration=customer.registrations.first()
    )
    ImportRow.objects.create(run=run, line=3, outcome="wrong", sealed_cells=vault.seal(SAID))


def at_the_desk(store: make.Store, customer: Customer, visit: Visit) -> None:
    """What the desk notes."""
    Signature.objects.create(slip=issue_slip(here=store.desk, visit=visit, at=THEN), name=NAME, at=THEN)
    Correction.objects.create(
        visit=visit,
        field="name",
        old=NAME,
        new=NAME,
        sealed_old=vault.seal(f"+86{NUMBER}"),
        reason=SAID,
        by=store.desk.user,
        at=THEN,
    )
    Permission.objects.create(
        project=store.project,
        customer=customer,
        kind="contact",
        to=store.li.user,
        ground="receiver",
        by=store.wang.user,
        note=SAID,
        at=THEN,
    )
    conduct = Conduct.objects.create(
        project=store.project, customer=customer, visit=visit, kind=Conduct.Kind.values[0], by=store.li.user, what=WORDS, happened_at=THEN,
        reported_by=store.desk.user, reported_at=THEN,
    )  # fmt: skip
    ConductAnswer.objects.create(conduct=conduct, by=store.li.user, what=WORDS, at=THEN)
    Expected.objects.create(
        no="YY-1", project=store.project, site=store.site, customer=customer, by=store.li.user, on=THEN.date(), channel="web", note=SAID,
        at=THEN, check_note=SAID, call_note=SAID,
    )  # fmt: skip
    row = Incident.objects.create(
        no="SJ-1", project=store.project, site=store.site, kind=Incident.Kind.values[0], cause=Incident.Cause.values[0], what=WORDS,
        customer=customer, visit=visit, happened_at=THEN, entered_by=store.desk.user, entered_at=THEN, found=WORDS, left_undone=WORDS,
    )  # fmt: skip
    IncidentStep.objects.create(incident=row, code="x", note=WORDS)


def everywhere_else(store: make.Store, customer: Customer, case: Collision, ruling: Ruling) -> None:
    """Accusations, sanctions, exports, messages, answers to programs, weekly reports."""
    Accusation.objects.create(
        no="JB-1", project=store.project, against=store.li.user, kind="poaching", what=WORDS, case=case.no, by=store.wang.user, at=THEN,
        happened_at=THEN, known_at=THEN,
    )  # fmt: skip
    row = Sanction.objects.create(
        no="CF-1", project=store.project, to=store.li.user, kind="warning", nature="non_monetary",
        clause="X", policy="p", act=ruling.no, case=case.no, fact=WORDS, reason=WORDS, by=store.manager.user, at=THEN,
    )  # fmt: skip
    for number, kind in ((1, "proposed"), (2, "answered")):
        SanctionStep.objects.create(sanction=row, number=number, kind=kind, text=WORDS, by=store.li.user, at=THEN)
    export = Export.objects.create(
        no="DC-1", project=store.project, kind="splits", form="csv", month="202504", whole=True, state="done", by=store.finance.user,
        at=THEN, expires_at=make.at("2029-01-10 10:00"),
    )  # fmt: skip
    ExportPart.objects.create(export=export, number=1, content=SAID.encode())
    trail.tell(
        to=store.li.user.pk,
        kind="visit.arrived",
        sentence="%(name)s到了",
        link=f"/customers/{customer.pk}",
        at=THEN,
        name="欧**",
    )
    Once.objects.create(
        key=uuid4(), actor="1", act="api", at=THEN, sealed=vault.seal(f'{{"id": "{customer.pk}", "name": "{NAME}"}}')
    )
    Routine.objects.create(**routine(store.project, store.li.user))


def routine(project: Project, user: Any) -> dict[str, Any]:
    """Somebody's weekly report, with her number typed into it."""
    given = {"project": project, "kind": "visit_report", "user": user, "note": f"{NUMBER} 下周签"}
    for field in Routine._meta.concrete_fields:
        if (
            field.name not in given
            and not field.null
            and not field.has_default()
            and not field.primary_key
            and not field.blank
        ):
            kind = field.get_internal_type()
            given[field.name] = THEN.date() if kind == "DateField" else THEN if kind == "DateTimeField" else "x"
    return given
