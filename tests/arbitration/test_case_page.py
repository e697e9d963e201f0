"""The page of a case: every kind of case is sensible, what was written is kept, and passing up says what it costs before it is done."""

import pytest

from arbitration import services
from arbitration.models import CaseEvent, Collision, Draft, Ruling, Statement
from leads.models import Contact, Registration
from tests import agencies, make
from tests.arbitration.test_collisions import signed
from tests.arbitration.test_deciding_pages import contested, given
from tests.arbitration.test_rulings import decide, to_wang
from trail.models import Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(store):
    """李强 reported first, 王芳 next, and the customer came asking for 王芳."""
    return contested(store, store.wang)


def shown(client, case):
    return client.get(f"/cases/{case.no}").content.decode()


def governed(store, pack):
    """Another policy in place of D09, since the beginning of the year."""
    year = make.at("2025-01-01 00:00")
    services.withdraw(project=store.project, pack="home-decoration", by="tests", at=year)
    policy = services.publish(pack, at=year)
    services.put_in_force(project=store.project, policy=policy, terms=store.project.terms, by="tests", at=year)
    store.project.refresh_from_db()


def unsettled_case(store):
    """Under D01, two reports of the same moment."""
    governed(store, "walk-in-store")
    for here in (store.li, store.wang):
        make.registered(here, make.at("2025-04-01 10:00"))
    return Collision.objects.get()


# three claimants, none provable, a fact unknown


def test_of_three_claimants_each_thing_has_a_chip_in_one_column(store, case, signed_in):
    make.registered(store.zhao, make.at("2025-04-12 10:00"))
    page = shown(signed_in(store.manager), case)
    assert 'class="tl one"' in page
    for letter, name in (("A", "李强"), ("B", "王芳"), ("C", "赵磊")):
        assert f"<b>{letter}</b>{name}</span> 报备" in page
        assert f"{name} 分成" in page


def test_of_two_each_has_a_side(case, store, signed_in):
    page = shown(signed_in(store.manager), case)
    assert 'class="tl"' in page
    assert 'class="e l"' in page
    assert 'class="e r"' in page


def test_where_nobody_can_prove_anything_the_page_says_so_and_leaves_it_to_a_person(store, signed_in):
    """D01-3.7, D01-P: both reported at the same time, so that the records prove nothing."""
    unproven = unsettled_case(store)
    page = signed_in(store.manager).get(f"/cases/{unproven.no}")
    assert page.context["proposal"].status != "decided"
    text = page.content.decode()
    assert "现在没有可以同意的建议。" in text
    assert text.count('type="radio" name="kind"') == 4 - len(page.context["shut"])
    assert "checked" not in text[text.index('class="seg"') : text.index("</fieldset>")]


def test_a_fact_that_nobody_knows_is_named(estate, signed_in):
    """D07-8.6: who closed is not known before anybody has; what is missing stands on the page, in words."""
    agencies.in_force(estate)
    case = agencies.reported(estate)
    page = signed_in(estate.manager).get(f"/cases/{case.no}")
    told, proposal = page.context["told"], page.context["proposal"]
    assert proposal.status in ("needs_evidence", "on_hold")
    assert all("." not in word for word in told["missing"])
    assert ("还不知道" in page.content.decode()) == (proposal.status == "needs_evidence")


def test_a_time_that_somebody_claims_stands_beside_the_servers(store, case, signed_in):
    Contact.objects.create(
        project=store.project, customer=case.customer, by=store.li.user, mode="call", note="约了看样",
        at=make.at("2025-04-12 10:00"), claimed_at=make.at("2025-03-02 09:30"),
    )  # fmt: skip
    page = shown(signed_in(store.manager), case)
    assert "2025-04-12 10:00:00" in page
    assert "自己说是 2025-03-02 09:30" in page


def test_the_originals_are_one_click_away_for_who_rules_and_the_clause_none(store, case, signed_in):
    client = signed_in(store.manager)
    page = shown(client, case)
    report = Registration.objects.get(by=store.li.user)
    assert f'href="/register/{report.no}"' in page
    assert client.get(f"/register/{report.no}").status_code == 200
    assert "D09-5a" in page
    assert "<blockquote" in page
    assert f'href="/register/{report.no}"' not in shown(signed_in(store.wang), case)


def test_what_would_change_the_result_is_a_table_with_a_column_for_each_party(estate, signed_in):
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    with clock_at(agencies.RIPE):
        page = signed_in(estate.manager).get(f"/cases/{case.no}")
    told = page.context["told"]
    assert 0 < len(told["whatif"]) <= 5
    assert set(told["parties"]) <= {"安居公司", "恒信公司"}
    assert all(len(row["cells"]) == len(told["parties"]) for row in told["whatif"])
    assert '<th scope="col">条款</th>' in page.content.decode()


def clock_at(text):
    from trail import clock

    return clock.standing_at(make.at(text))


# the checks


def test_without_a_statement_it_is_signed_only_where_that_is_said(store, case, signed_in):
    client = signed_in(store.manager)
    form = given(case, owner=store.wang.user.pk)
    del form["unheard"]
    for step in ("check", "sign"):
        page = client.post(f"/cases/{case.no}/{step}", form)
        assert page.status_code == 409
        assert "李强、王芳还没陈述" in page.content.decode()
    assert client.post(f"/cases/{case.no}/sign", {**form, "unheard": "on"}).status_code == 302


def test_where_all_have_said_something_nothing_is_asked(store, case, signed_in):
    for here in (store.li, store.wang):
        services.state_case(here=here, case=case, text="客户是我先联系的", at=make.MOMENT)
    case.refresh_from_db()
    client = signed_in(store.manager)
    assert "没陈述也裁" not in shown(client, case)
    form = given(case, owner=store.wang.user.pk)
    del form["unheard"]
    assert client.post(f"/cases/{case.no}/sign", form).status_code == 302


def test_above_the_amount_of_the_project_only_the_general_manager_signs(store, case, signed_in):
    make.terms(store.project, sign_limit_yuan=5_000)
    signed(store, store.wang, commission=6_000_00)
    case.refresh_from_db()
    with pytest.raises(Refusal) as refused:
        decide(store.manager, case, **to_wang(store))
    assert (refused.value.code, refused.value.status) == ("gate_authority", 409)
    assert "X-13" in str(refused.value.sentence)
    page = shown(signed_in(store.manager), case)
    assert "超过 ¥5,000.00 由总经理签" in page
    assert 'value="otherwise"' not in page
    assert 'value="escalate"' in page
    assert decide(store.general, case, **to_wang(store))


def test_at_the_limit_itself_the_manager_signs(store, case):
    make.terms(store.project, sign_limit_yuan=6_000)
    signed(store, store.wang, commission=6_000_00)
    assert decide(store.manager, case, **to_wang(store))


def test_before_the_day_nobody_rules_and_the_page_names_it(estate, signed_in):
    """D07-8.2a."""
    agencies.in_force(estate)
    case = agencies.ripe(estate)
    with clock_at("2025-04-15 10:00"):
        page = shown(signed_in(estate.manager), case)
    assert "2025年4月16日 起可以裁" in page
    assert 'value="otherwise"' not in page
    assert 'value="evidence"' in page


# what is being written


def test_what_was_typed_is_there_again_and_only_for_who_typed_it(store, case, signed_in):
    client = signed_in(store.manager)
    typed = given(case, "", reason="王芳接待在先", owner=store.wang.user.pk)
    assert client.post(f"/cases/{case.no}/draft", typed).status_code == 302
    page = shown(client, case)
    assert "王芳接待在先</textarea>" in page
    assert "checked" not in page[page.index('class="seg"') : page.index("</fieldset>")]
    assert "王芳接待在先" not in shown(signed_in(store.general), case)
    assert "王芳接待在先".encode() not in bytes(Draft.objects.get().sealed)


def test_the_script_gets_an_answer_without_a_page(store, case, signed_in):
    answer = signed_in(store.manager).post(
        f"/cases/{case.no}/draft", given(case, "", reason="写到一半"), headers={"X-Draft": "1"}
    )
    assert (answer.status_code, answer.content) == (204, b"")
    assert Draft.objects.count() == 1


def test_a_draft_is_gone_once_it_is_signed_and_an_empty_one_is_none(store, case, signed_in):
    client = signed_in(store.manager)
    client.post(f"/cases/{case.no}/draft", given(case, "", reason="写到一半"))
    client.post(f"/cases/{case.no}/draft", given(case, "", reason=" "))
    assert not Draft.objects.exists()
    client.post(f"/cases/{case.no}/check", given(case, owner=store.wang.user.pk))
    assert Draft.objects.count() == 1
    assert client.post(f"/cases/{case.no}/sign", given(case, owner=store.wang.user.pk)).status_code == 302
    assert not Draft.objects.exists()


def test_nobody_else_keeps_drafts(store, case, signed_in):
    assert signed_in(store.li).post(f"/cases/{case.no}/draft", {"reason": "我也写"}).status_code == 404
    decide(store.general, case, **to_wang(store))
    late = signed_in(store.manager).post(f"/cases/{case.no}/draft", {"reason": "晚了"}, headers={"X-Draft": "1"})
    assert late.status_code == 409


# passing up


def test_what_passing_up_costs_is_said_before_out_of_the_clauses(store, signed_in):
    """D01-P.c2 to c5: the customer to the company, the commission to the fund, 500 yuan each, 200 for their leader."""
    unsettled = unsettled_case(store)
    page = signed_in(store.manager).post(f"/cases/{unsettled.no}/check", given(unsettled, "escalate"))
    up, text = page.context["up"], page.content.decode()
    assert {"D01-P.c2", "D01-P.c3", "D01-P.c4", "D01-P.c5"} <= {rule["id"] for rule in up.rules}
    assert {(who, amount) for who, _kind, amount in up.sanctions} == {
        ("李强", "¥500.00"), ("王芳", "¥500.00"), ("何静", "¥200.00"),
    }  # fmt: skip
    assert up.next == ["陈光"]
    for said in ("客户直接归公", "继续上报", "先让双方协商 24 小时"):
        assert said in text
    unsettled.refresh_from_db()
    assert not unsettled.with_general_manager


def test_a_policy_without_such_a_clause_says_only_who_rules_next(store, case, signed_in):
    page = signed_in(store.manager).post(f"/cases/{case.no}/check", given(case, "escalate"))
    assert page.context["up"].rules == []
    assert "接下来由总经理 陈光 裁" in page.content.decode()


def test_the_parties_can_be_given_a_day_to_settle_it_themselves(store, case, signed_in):
    client = signed_in(store.manager)
    form = {"version": case.version, "reason": "先自己谈"}
    assert client.post(f"/cases/{case.no}/talks", form).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.evidence_due) == (Collision.State.EVIDENCE, make.at("2025-04-29 14:05"))
    assert Statement.objects.get().text == "先自己谈"
    told = Message.objects.filter(kind="collision.evidence", to__in=[str(store.li.user.pk), str(store.wang.user.pk)])
    assert told.count() == 2
    late = client.post(f"/cases/{case.no}/talks", form)
    assert late.status_code == 409
    assert not CaseEvent.objects.filter(type="escalation").exists()


def test_after_that_day_it_can_be_ruled_without_a_statement(store, case):
    decide(store.manager, case, services.NEGOTIATE)
    case.refresh_from_db()
    heard = {
        text: next(
            c for c in services.checklist(store.manager, case, proposal(case), make.at(text)) if c.name == "heard"
        ).ok
        for text in ("2025-04-29 14:04", "2025-04-29 14:05")
    }
    assert heard == {"2025-04-29 14:04": False, "2025-04-29 14:05": True}


def proposal(case):
    from arbitration.cases.proposals import propose

    return propose(case, make.MOMENT)


# nobody in particular


def test_a_customer_to_be_reassigned_is_the_companys_until_a_manager_has_chosen(store, case, signed_in):
    """D12-6.5b: sales management reallocates."""
    from leads.models import Ownership
    from leads.services import allocate

    form = given(case, owner="reassign")
    assert "重新分配" in signed_in(store.manager).post(f"/cases/{case.no}/check", form).content.decode()
    assert signed_in(store.manager).post(f"/cases/{case.no}/sign", form).status_code == 302
    assert Ruling.objects.get().owner_kind == "reassign"
    held = Ownership.objects.open().get(customer=case.customer)
    assert (held.holder, held.user) == ("company", None)
    task = Message.objects.get(kind="customer.reassign")
    assert (task.to, task.link, task.to_do) == (str(store.manager.user.pk), f"/customers/{case.customer_id}", True)
    allocate(here=store.manager, customer=case.customer, to=store.zhao.user, reason="轮到赵磊", at=make.MOMENT)
    assert Ownership.objects.open().get(customer=case.customer).user == store.zhao.user
    task.refresh_from_db()
    assert task.done_at


def test_only_what_is_inferred_is_a_reason_to_change_the_policy(store, signed_in):
    """〔推定〕 leads to a draft of the policy, at the rule; 〔原文〕 does not."""
    governed(store, "sales-office")
    make.terms(store.project, routing=["rotation"])
    for day in (1, 2):
        make.arrived(store, make.at(f"2025-04-0{day} 10:00"))
    make.registered(store.zhao, make.at("2025-04-03 10:00"))
    case = Collision.objects.get()
    page = signed_in(store.manager).get(f"/cases/{case.no}")
    told = page.context["told"]
    inferred = [rule["id"] for rule in (*told["rules"], *told["further"]) if rule["inferred"]]
    assert inferred
    text = page.content.decode()
    assert text.count("把这一条写进制度") == len(inferred)
    for id_ in inferred:
        assert f'href="/policy/drafts/new?rule={id_}"' in text
