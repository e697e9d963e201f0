"""Every change of ownership, ruling, money, policy and role, every look at a number and every file taken: who, when, why, from where.

All is done over HTTP, from one address; what stands in the log afterwards is compared with the table beside each story.
"""

import ast
from pathlib import Path

import pytest
from django.test import Client

from arbitration.models import Collision
from people.audit import ACTIONS
from people.models import ApiToken, Membership
from tests import make, periods, procedure
from tests.people.factors import enrolled
from tests.programs import Program, token
from trail import clock
from trail.models import Entry

pytestmark = pytest.mark.django_db
FROM = "203.0.113.9"
ROOT = Path(__file__).parents[1]
APPS = ("trail", "people", "leads", "visits", "arbitration", "penalties", "finance")


@pytest.fixture
def program(at_noon):
    """A program of somebody's that proves who it acts for, and asks from that address."""

    def of(here):
        made = Program(token(here), Proof=make.PASSWORD)
        made.client.defaults["REMOTE_ADDR"] = FROM
        return made

    return of


@pytest.fixture
def window(at_noon, signed_in):
    """A browser at that address, whose person has just shown who they are."""

    def of(here):
        client: Client = signed_in(here)
        client.defaults["REMOTE_ADDR"] = FROM
        return make.proven(client)

    return of


def done(*answers):
    for answer in answers:
        assert answer.status_code in {200, 201, 302}, answer.content.decode()[:400]
    return answers[-1].json() if answers[-1]["Content-Type"] == "application/json" else None


def on_record(*wanted, at=make.MOMENT):
    """For each (who, action, why or what exactly): the newest line of this action says so."""
    for here, action, why in wanted:
        line = Entry.objects.filter(action=action).order_by("-pk").first()
        assert line, f"nothing says {action}"
        assert (line.actor, line.at, line.address) == (str(here.user.pk), at, FROM), action
        assert why in str(line.detail), (action, line.detail)
        assert action in ACTIONS


def test_whose_a_customer_is(store, program):
    li, boss = program(store.li), program(store.manager)
    done(li.post("registrations", {"number": make.PHONE, "name": "张建国", "honorific": "先生"}))
    on_record((store.li, "lead.register", "masked"))
    customer = f"customers/{make.customer().pk}"
    done(boss.post(f"{customer}/allocate", {"to": store.wang.user.pk, "reason": "出差"}))
    on_record((store.manager, "customer.allocate", "出差"))
    asked = {"to": store.zhao.user.pk, "consent": "department", "reason": "换组"}
    no = done(program(store.wang).post(f"{customer}/transfer", asked))["no"]
    done(boss.post(f"transfers/{no}/decide", {"approve": True}))
    done(program(store.zhao).post(f"{customer}/release", {"reason": "联系不上"}))
    done(program(store.sun).post(f"pool/{make.customer().pk}/claim", {}))
    on_record(
        (store.wang, "transfer.ask", ""), (store.manager, "transfer.approve", ""), (store.zhao, "pool.release", "联系不上"),
        (store.sun, "pool.claim", ""),
    )  # fmt: skip


def test_what_is_ruled(store, program):
    case = procedure.contested(store)
    boss, path = program(store.manager), f"collisions/{case.no}"
    ruling = {
        "kind": "otherwise", "reason": "记录清楚", "owner_kind": "person", "owner": store.wang.user.pk, "unheard": True,
        "shares": [{"party": str(store.wang.user.pk), "basis_points": 10_000}], "version": Collision.objects.get().version,
    }  # fmt: skip
    no = done(boss.post(f"{path}/decision", ruling))["ruling"]["no"]
    appeal = done(program(store.li).post(f"rulings/{no}/appeal", {"reason": "我先报备的"}))["no"]
    done(program(store.general).post(f"appeals/{appeal}/decide", {"outcome": "accepted", "reason": "再看一次"}))
    on_record(
        (store.manager, "collision.rule", no), (store.li, "appeal.open", appeal), (store.general, "appeal.decide", "accepted"),
        (store.general, "collision.reopen", ""),
    )  # fmt: skip


def test_what_becomes_of_money(store, program):
    li, boss = program(store.li), program(store.manager)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    customer = f"customers/{make.customer().pk}"
    paid = done(li.post(f"{customer}/deposits", {"amount_fen": 1_000_00}))["no"]
    done(li.post(f"deposits/{paid}/refunds", {"amount_fen": 500_00}))
    contract = {"closer": store.li.user.pk, "amount_fen": 100_000_00, "commission_fen": 6_000_01}
    deal = done(li.post(f"{customer}/deals", contract))["no"]
    done(boss.post(f"deals/{deal}/changes", {"kind": "price", "amount_fen": 90_000_00, "reason": "尺寸改了"}))
    on_record(
        (store.li, "deposit.take", ""), (store.li, "deposit.refund", ""), (store.li, "deal.sign", ""),
        (store.manager, "deal.change", ""),
    )  # fmt: skip


def test_how_a_month_is_closed(store, program):
    periods.april(store)
    with clock.standing_at(periods.MAY):
        books, who = program(store.finance), f"statements/202504/p{store.li.user.pk}"
        done(books.post("periods/202504/send", {}))
        read = program(store.li).get(who).json()["digest"]
        done(program(store.li).post(f"{who}/answer", {"kind": "confirm", "digest": read}))
        on_record((store.li, "statement.confirm", ""), at=periods.MAY)
        periods.all_confirm(store)
        done(books.post("periods/202504/close", {"digest": books.get("periods/202504").json()["digest"]}))
        done(program(store.general).post("periods/202504/reopen", {"reason": "漏了一笔账"}))
        made = done(books.post("exports", {"month": "202504", "kind": "splits", "form": "csv"}))["no"]
        make.read(books.get(f"exports/{made}/file"))
        on_record(
            (store.finance, "statement.send", ""), (store.finance, "period.close", "digest"),
            (store.general, "period.reopen", "digest"), (store.finance, "export.ask", "splits"), (store.finance, "export.take", ""),
            at=periods.MAY,
        )  # fmt: skip


def test_what_policy_governs(store, program):
    begun, boss = program(store.manager), program(store.general)
    at = f"policy-drafts/{done(begun.post('policy-drafts', {'source': 'home-decoration'}))['id']}"
    done(begun.post(f"{at}/parameters", {"seen": 1, "name": "lax_days", "value": 10}))
    done(begun.post(f"{at}/submit", {"seen": 2, "why": "跟进要快"}), boss.post(f"{at}/publish", {"seen": 2}))
    rules = boss.get("protection-rules").json()
    assert rules
    on_record(
        (store.manager, "draft.begin", ""), (store.manager, "draft.change", "lax_days"), (store.manager, "draft.submit", ""),
        (store.general, "draft.publish", ""), (store.general, "policy.in_force", ""),
    )  # fmt: skip


def test_who_may_what(store, window):
    admin, li = window(store.admin), f"/settings/people/{store.li.user.pk}"
    done(admin.post(f"{li}/roles", {"role": "designer", "organisation": make.house().pk, "team": ""}))
    role = Membership.objects.get(user=store.li.user, role="designer")
    done(admin.post(f"{li}/roles/{role.pk}/end"))
    enrolled(store.wang.user)
    done(admin.post(f"/settings/people/{store.wang.user.pk}/second-factor", {"password": make.PASSWORD}))
    done(admin.post("/account/tokens", {"name": "CRM", "scopes": ["staff"], "days": "30"}))
    done(admin.post(f"/account/tokens/{ApiToken.objects.get().pk}/revoke"), admin.post(f"{li}/deactivate"))
    done(admin.post(f"{li}/reactivate"))
    on_record(
        (store.admin, "membership.add", "designer"), (store.admin, "membership.end", "designer"),
        (store.admin, "second_factor.remove", ""), (store.admin, "token.make", "staff"), (store.admin, "token.revoke", ""),
        (store.admin, "person.deactivate", ""), (store.admin, "person.reactivate", ""),
    )  # fmt: skip


def test_who_looked_and_who_took_a_file(store, window):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    boss, general = window(store.manager), window(store.general)
    done(boss.post(f"/customers/{make.customer().pk}/reveal", {"reason": "约周六到店"}))
    for client, path in (
        (boss, "/visits/csv"),
        (boss, "/me/book.csv"),
        (boss, "/cases/export.csv"),
        (general, "/audit/csv"),
    ):
        answer = client.get(path)
        done(answer)
        make.read(answer)
    done(boss.get("/prechecks"), general.get("/audit"))
    on_record(
        (store.manager, "phone.reveal", "约周六到店"), (store.manager, "visits.export", "lines"),
        (store.manager, "notebook.export", "lines"),
        (store.manager, "cases.export", "lines"), (store.general, "audit.export", ""), (store.general, "audit.read", ""),
        (store.manager, "precheck.read", ""),
    )  # fmt: skip


def test_what_no_request_does_says_so_by_having_no_address(store):
    make.registered(store.li, make.MOMENT)
    assert Entry.objects.get(action="lead.register").address is None


# Who writes lines by another way than `trail.services.note`, which takes address and time along: reports, by the thousand.
BESIDES = {"trail/services.py", "leads/registering/writing.py"}


def test_there_is_one_way_into_the_log():
    found = set()
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            if "migrations" in file.parts:
                continue
            text = file.read_text("utf-8")
            if "trail.models" not in text and app != "trail":
                continue
            for node in ast.walk(ast.parse(text)):
                said = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
                first = ast.unparse(node.args[0]) if said == "Table" and node.args else ""
                if said in {"Entry.objects.create", "Entry.objects.bulk_create"} or first == "Entry":
                    found.add(str(file.relative_to(ROOT)))
    assert found == BESIDES | (
        {"finance/services/posting.py"} & found
    )  # the ledger's entries are another thing of that name
