"""设置 → 制度: terms, one policy to a matter, and what follows from putting one in force or withdrawing it."""

import json
import re
from uuid import uuid4

import pytest

from arbitration import services
from arbitration.cases.proposals import governing, propose
from arbitration.engine import load_pack, pack_ids
from arbitration.engine.loading import canonical
from arbitration.engine.pack import Pack
from arbitration.models import Collision, PolicyInForce, PolicyVersion
from arbitration.policies import offers
from people.terms import Terms
from tests import make
from tests.policy_pages import HOME, form_of, in_force, page, start
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def keeper(estate, signed_in):
    """The general manager of a project in which nothing is in force."""
    return make.proven(signed_in(estate.general))


def test_an_address_that_is_no_policy_is_not_found(keeper):
    for pack in ("nonsense", "home-decoration@9", "..", "channel-project"):
        assert keeper.get(f"/settings/policies/{pack}").status_code == 404
        assert keeper.post(f"/settings/policies/{pack}/start", {}).status_code == 404
    assert keeper.get(f"/settings/policies/{HOME}/stop").status_code == 404


# ── terms ──


def test_the_policy_s_own_protection_is_suggested_and_written_into_the_project(estate, keeper):
    assert start(keeper, "sales-office").status_code == 302
    estate.project.refresh_from_db()
    assert estate.project.terms == Terms(
        protection_days=7, routing=("owner", "asked_for", "inviter", "previous", "rotation", "on_duty")
    )


def test_a_policy_without_a_protection_suggests_none_and_how_far_apart_is_at_once_is_its_own(estate, keeper):
    assert start(keeper, HOME, p_simul_report_s="90", disclose_owner="no").status_code == 302
    estate.project.refresh_from_db()
    assert estate.project.terms == Terms(protection_days=None, disclose_owner=False, simultaneous_seconds=90)


def test_a_second_policy_on_customers_starts_from_the_terms_of_the_first(estate, keeper):
    start(keeper, HOME, protection_days="12")
    form = form_of(keeper, "channel-contract")
    assert form["protection_days"] == 12
    checked = page(keeper.post("/settings/policies/channel-contract/check", form))
    assert "制度的参数写保护 7 天，报备却按「12 天」算" in checked


def test_what_says_nothing_about_customers_leaves_the_terms_alone(estate, keeper):
    estate.project.terms_data = Terms(protection_days=3).as_json()
    estate.project.save()
    assert start(keeper, "query-first").status_code == 302
    estate.project.refresh_from_db()
    assert estate.project.terms.protection_days == 3


@pytest.mark.parametrize(
    ("field", "sent", "sentence"),
    [
        ("protection_days", "0", "保护期写 1 到 3650 天，留空就是不过期"),
        ("protection_days", "七天", "保护期写 1 到 3650 天，留空就是不过期"),
        ("protection_days", "3651", "保护期写 1 到 3650 天，留空就是不过期"), ("route_2", "owner", "这一条前面已经选过"),
        ("route_1", "nobody", "选列出来的一个"), ("disclose_owner", "", "这一项要填"),
    ],
)  # fmt: skip
def test_terms_that_cannot_be_are_said_at_their_field(estate, keeper, field, sent, sentence):
    answer = start(keeper, HOME, **{field: sent})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [sentence]


def test_somebody_must_receive(estate, keeper):
    answer = start(keeper, HOME, **{f"route_{i}": "" for i in range(1, 7)})
    assert answer.context["form"].errors["route_1"] == ["至少选一条，不然没有人接待"]


def test_a_way_chosen_twice_is_said_where_it_stands_also_after_a_gap(estate, keeper):
    answer = start(keeper, HOME, route_2="", route_4="owner")
    assert list(answer.context["form"].errors) == ["route_4"]


# ── one policy to a matter ──


def test_another_policy_about_the_same_matter_is_refused_with_the_way_to_the_one_in_force(store, signed_in):
    client = make.proven(signed_in(store.admin))
    shown = client.get("/settings/policies/first-report")
    assert "正管着同样的事" in page(shown)
    assert f'href="/settings/policies/{HOME}"' in page(shown)
    assert f'href="/settings/policies/{HOME}/stop"' in page(shown)
    answer = start(client, "first-report")
    assert answer.status_code == 409
    assert "已经管着「内部人员之间的客户」" in page(answer)
    assert in_force(store.project) == {(HOME, "1")}
    checked = client.post("/settings/policies/first-report/check", form_of(client, "first-report"))
    assert "正管着同样的事" in page(checked)


def test_the_list_says_what_is_in_force_what_can_be_and_what_stands_in_the_way(store, signed_in):
    client = make.proven(signed_in(store.general))
    services.put_in_force(
        project=store.project, policy=services.publish("channel-project@1", at=make.LONG_AGO), by="tests", at=make.LONG_AGO
    )  # fmt: skip
    listed = {offer.id: offer for offer, _title in client.get("/settings/policies").context["offers"]}
    assert len(listed) == len(pack_ids()) == 21
    assert listed[HOME].held
    assert listed["first-report"].blocked_by.policy.pack == HOME
    assert listed["channel-contract"].blocked_by.policy.pack == "channel-project"
    assert listed["channel-project@2"].replaces.policy.version == "1"
    assert not listed["channel-project@2"].blocked_by
    free = listed["query-first"]
    assert (free.held, free.replaces, free.blocked_by) == (None, None, None)


def test_a_new_version_takes_the_place_of_the_old(estate, keeper):
    start(keeper, "channel-project@1")
    with_later = make.at("2025-04-28 15:00")
    services.put_in_force(
        project=estate.project, policy=services.publish("channel-project@2", at=with_later), by="tests", at=with_later
    )
    assert in_force(estate.project) == {("channel-project", "2")}


def test_whoever_saw_something_else_in_force_is_asked_to_look_again(store, signed_in):
    client = make.proven(signed_in(store.general))
    form = form_of(client, HOME) | {"p_lax_days": "20"}
    services.put_in_force(
        project=store.project, policy=services.publish("query-first", at=make.LONG_AGO), by="tests", at=make.LONG_AGO
    )
    answer = client.post(f"/settings/policies/{HOME}/start", form)
    assert answer.status_code == 409
    assert "别人刚改过生效的制度" in page(answer)
    assert answer.context["form"]["p_lax_days"].value() == "20"
    again = {field.html_name: field.value() or "" for field in answer.context["form"]}
    assert client.post(f"/settings/policies/{HOME}/start", again).status_code == 302


def test_the_same_policy_twice_in_one_second_is_refused_not_broken(estate, keeper):
    start(keeper, HOME)
    assert start(keeper, HOME, p_lax_days="20").status_code == 409
    with pytest.raises(Refusal, match="policies_changed"):
        services.withdraw(project=estate.project, pack=HOME, by="tests", at=make.MOMENT)


# ── what follows ──


def test_a_second_tap_puts_it_in_force_once(estate, keeper):
    form = form_of(keeper, HOME)
    for _tap in range(2):
        assert keeper.post(f"/settings/policies/{HOME}/start", form).status_code == 302
    assert PolicyInForce.objects.filter(project=estate.project).count() == 1
    assert Entry.objects.filter(action="policy.in_force", project="estate").count() == 1


def test_the_log_says_who_and_when(estate, keeper):
    start(keeper, HOME, p_lax_days="20")
    entry = Entry.objects.get(action="policy.in_force", project="estate")
    assert (entry.actor, entry.at) == (str(estate.general.user.pk), make.MOMENT)
    assert entry.subject == "policy:home-decoration@1"
    assert entry.detail == {"params": ["lax_days"], "terms": True}


def test_other_parameters_govern_what_comes_and_open_cases_keep_theirs(store, signed_in):
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.at("2025-04-03 10:00"), asked_for=store.li.user)
    case = Collision.objects.get()
    client = make.proven(signed_in(store.general))
    form = form_of(client, HOME) | {"p_simul_report_s": "3600"}
    checked = page(client.post(f"/settings/policies/{HOME}/check", form))
    assert "1 件不受影响" in checked
    assert re.search(r"60</td>.*3600", checked)
    assert client.post(f"/settings/policies/{HOME}/start", form).status_code == 302
    assert governing(case).params == {}
    (row,) = offers.open_rows(store.project, make.MOMENT)
    assert (row.params, row.since) == ({"simul_report_s": 3600}, make.MOMENT)


def test_what_is_laid_over_works_with_the_project_s_own_parameters_and_is_replayed(store, signed_in):
    make.registered(store.li, make.at("2025-05-01 10:00"))
    late = make.at("2025-04-30 00:00")
    services.put_in_force(
        project=store.project, policy=services.publish("query-first", at=late), params={"query_valid_h": 48}, by="tests", at=late
    )  # fmt: skip
    (laid,) = [one for one in offers.held(offers.open_rows(store.project, late)) if one.policy.pack == "query-first"]
    assert laid.pack.values["query_valid_h"] == 48
    assert laid.policy.sha256 != services.publish("query-first", at=late).sha256
    assert laid.offer == "query-first"
    make.registered(store.wang, make.at("2025-05-02 10:00"))
    make.arrived(store, make.at("2025-05-03 10:00"), asked_for=store.li.user)
    said = propose(Collision.objects.get(), make.at("2025-05-04 10:00"))
    assert said.overlays[0].values["query_valid_h"] == 48
    assert said.ruling["overlays"][0]["sha256"] == laid.pack.sha256


def test_stopping_asks_first_and_frees_the_matter(store, signed_in):
    client = make.proven(signed_in(store.admin))
    asked = page(client.get(f"/settings/policies/{HOME}/stop"))
    assert "以后的撞单" in asked
    key = str(uuid4())
    for _tap in range(2):
        assert client.post(f"/settings/policies/{HOME}/stop", {"key": key}).status_code == 302
    assert in_force(store.project) == set()
    assert Entry.objects.filter(action="policy.withdraw").count() == 1
    again = client.post(f"/settings/policies/{HOME}/stop", {"key": str(uuid4())})
    assert (again.status_code, "没有生效，不用停" in page(again)) == (409, True)
    assert start(client, "first-report").status_code == 302


def test_an_error_of_the_static_checks_keeps_a_policy_out(estate):
    pack = load_pack(HOME)
    data = {**json.loads(pack.canonical), "accepted": [{"check": "gap"}]}
    unsound = Pack.from_bytes(canonical(data))
    policy = PolicyVersion.objects.create(
        pack="draft", version="1", canonical=unsound.canonical, sha256=bytes.fromhex(unsound.sha256), published_at=make.MOMENT
    )  # fmt: skip
    assert [p.check for p in services.examine(unsound, {}) if p.counts == "error"] == ["accepted"]
    with pytest.raises(Refusal, match="policy_unsound"):
        services.put_in_force(project=estate.project, policy=policy, by="tests", at=make.MOMENT)


def test_the_check_page_lists_the_gaps_that_are_accepted(estate, keeper):
    checked = page(keeper.post("/settings/policies/cooperative/check", form_of(keeper, "cooperative")))
    assert "原文没写、由人裁定的情形 3 处" in checked
    assert load_pack("cooperative").accepted[0]["why"] in checked


def test_going_back_keeps_what_was_typed(estate, keeper):
    form = form_of(keeper, HOME) | {"p_lax_days": "20", "protection_days": "11"}
    checked = keeper.post(f"/settings/policies/{HOME}/check", form)
    for name, value in (("p_lax_days", "20"), ("protection_days", "11"), ("key", form["key"])):
        assert re.search(rf'name="{name}" value="{value}"', page(checked)), name
    back = keeper.post(f"/settings/policies/{HOME}/check", form | {"back": "1"})
    assert back.context["form"]["p_lax_days"].value() == "20"
    assert in_force(estate.project) == set()


@pytest.mark.parametrize(
    ("wanted", "then"),
    [
        ("/setup", "/setup"), ("/settings/plans?x=1", "/settings/plans?x=1"), ("https://evil.example/", "/settings/policies"),
        ("//evil.example", "/settings/policies"), ("policy", "/settings/policies"), ("javascript:alert(1)", "/settings/policies"),
    ],
)  # fmt: skip
def test_after_starting_it_goes_back_to_a_page_of_ours_and_nowhere_else(estate, keeper, wanted, then):
    assert keeper.get("/settings/policies", {"next": wanted}).status_code == 200
    first = keeper.get(f"/settings/policies/{HOME}", {"next": wanted})
    sent = first.context["form"]["next"].value()
    assert start(keeper, HOME, next=wanted).url == then
    assert sent == (wanted if then == wanted else "")


def test_who_begins_is_shown_what_fits(estate, keeper):
    shown = page(keeper.get("/settings/policies"))
    assert "刚开始用，先选一份" in shown
    assert {name for name, _says in offers.RECOMMENDED} <= set(pack_ids())


def test_the_page_of_policies_leads_here_for_those_who_may(store, signed_in):
    assert 'href="/settings/policies"' in page(signed_in(store.general).get("/policy"))
    assert 'href="/settings/policies"' not in page(signed_in(store.li).get("/policy"))


def test_the_page_of_policies_shows_words_in_place_of_codes(estate, keeper):
    start(keeper, "channel-contract", p_channels=["email", "web"])
    shown = page(keeper.get("/policy"))
    assert "网页、邮件" in shown or "邮件、网页" in shown
    assert "first_of_customer" not in shown


def test_the_list_asks_no_more_however_much_is_in_force(store, signed_in, django_assert_max_num_queries):
    for pack in ("channel-contract", "query-first", "double-sale", "media-slots", "order-priority", "site-incidents"):
        services.put_in_force(
            project=store.project, policy=services.publish(pack, at=make.LONG_AGO), by="tests", at=make.LONG_AGO
        )
    client = make.proven(signed_in(store.general))
    with django_assert_max_num_queries(12):
        client.get("/settings/policies")
