"""Whose region, whose trade: the map, weights, warnings."""

import pytest
from django.urls import reverse

from leads import territories
from leads.services import end_territory, give_territory, keep_profile, warn_registered
from tests import make
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = pytest.mark.django_db
PLACED = {"needs": "四居室", "intent": "未定", "stage": "develop"}


def given(store, who=None, *, region="", industry="", team=None, when="2025-04-01 10:00", **more):
    return give_territory(
        here=store.manager, region=region, industry=industry, user=who and who.user, team=team, at=make.at(when), **more
    )


def holders(store, region="", industry="", when=make.MOMENT):
    rows = territories.holding(territories.in_force(store.project, when), region, industry)
    return [user.name for user in territories.holders(store.project, rows, when)]


def test_a_region_goes_before_a_trade_and_both_before_the_region_alone(store):
    given(store, store.li, region="城北")
    given(store, store.wang, industry="教育")
    assert holders(store, "城北", "教育") == ["李强"]
    assert holders(store, "", "教育") == holders(store, "城南", "教育") == ["王芳"]
    given(store, store.zhao, region="城北", industry="教育")
    assert holders(store, "城北", "教育") == ["赵磊"]
    assert holders(store, "城北", "") == ["李强"]


def test_a_customer_of_no_region_that_anybody_holds_is_nobody_s(store):
    given(store, store.li, region="城北")
    assert holders(store, "城南") == holders(store) == []


def test_of_several_the_heavier_goes_first_and_the_same_weight_lets_all_hold_it(store):
    given(store, store.li, region="城北")
    given(store, store.wang, region="城北")
    assert holders(store, "城北") == ["李强", "王芳"]
    given(store, store.wang, region="城北", weight=200, when="2025-04-02 10:00")
    assert holders(store, "城北") == ["王芳"]
    assert Entry.objects.get(action="territory.weigh").detail == {"region": "城北", "industry": "", "weight": 200}


def test_a_team_s_region_is_that_of_its_people_who_sell(store):
    given(store, region="城北", team=store.team)
    assert holders(store, "城北") == ["孙丽", "李强", "王芳", "赵磊"]


def test_what_has_ended_counts_no_longer_and_did_until_then(store):
    row = given(store, store.li, region="城北")
    end_territory(here=store.manager, territory=row, at=make.at("2025-04-20 10:00"))
    assert holders(store, "城北") == []
    assert holders(store, "城北", when=make.at("2025-04-19 10:00")) == ["李强"]
    with pytest.raises(Refusal, match="territory_ended"):
        end_territory(here=store.manager, territory=row, at=make.MOMENT)


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("territory_of_nothing", {"region": " "}), ("territory_of_whom", {"team": True}), ("weight_wrong", {"weight": 1001}),
        ("weight_wrong", {"weight": 0}), ("territory_known", {}),
    ],
)  # fmt: skip
def test_a_row_about_nothing_or_nobody_or_twice_is_refused(store, code, more):
    given(store, store.li, region="城北")
    asked = {"region": "城北"} | more | ({"team": store.team} if "team" in more else {})
    with pytest.raises(Refusal, match=code):
        given(store, store.li, **asked)


# ── warnings, never a block ──


def test_whoever_follows_a_customer_of_another_s_region_is_warned_and_so_is_the_other(store):
    given(store, store.wang, region="城北")
    make.registered(store.li, make.at("2025-04-20 10:00"))
    _profile, warned = keep_profile(
        here=store.li, customer=make.customer(), region="城北", industry="", at=make.MOMENT, **PLACED
    )
    assert warned == ["按区域或行业归王芳，先和对方说好"]
    told = Message.objects.filter(kind="customer.group")
    assert {message.to for message in told} == {str(store.li.user.pk), str(store.wang.user.pk)}
    _profile, again = keep_profile(
        here=store.li, customer=make.customer(), region="城北", industry="", at=make.MOMENT, **PLACED
    )
    assert again == []


def test_nobody_is_warned_of_their_own_or_of_nobody_s(store):
    given(store, store.li, region="城北")
    make.registered(store.li, make.at("2025-04-20 10:00"))
    for region in ("城北", "城南"):
        _profile, told = keep_profile(
            here=store.li, customer=make.customer(), region=region, industry="", at=make.MOMENT, **PLACED
        )
        assert told == []


def warned(here, customers):
    return warn_registered(project=here.project, reported=[(here, one) for one in customers], at=make.MOMENT)


def test_who_reports_a_customer_of_another_s_region_is_warned(store, django_assert_num_queries):
    given(store, store.wang, region="城北")
    make.registered(store.li, make.at("2025-04-20 10:00"))
    make.registered(store.li, make.at("2025-04-20 10:00"), number="13812340000", name="李")
    customers = [make.customer(), make.customer("13812340000")]
    with django_assert_num_queries(1):
        assert warned(store.zhao, customers) == {}
    keep_profile(here=store.manager, customer=customers[0], region="城北", industry="", at=make.MOMENT, **PLACED)
    assert list(warned(store.zhao, customers)) == [customers[0].pk]
    assert warned(store.wang, customers) == {}


def test_a_report_of_a_customer_of_another_s_region_is_stored_and_both_hear_of_it(store):
    given(store, store.wang, region="城北")
    make.registered(store.wang, make.at("2025-04-20 10:00"))
    keep_profile(
        here=store.wang, customer=make.customer(), region="城北", industry="", at=make.at("2025-04-20 11:00"), **PLACED
    )
    receipt = make.registered(store.zhao, make.at("2025-04-21 10:00"))
    assert receipt.registration.customer == make.customer()
    told = Message.objects.filter(kind="customer.group")
    assert {message.to for message in told} == {str(store.wang.user.pk), str(store.zhao.user.pk)}


# ── the page ──


def test_a_manager_draws_the_map_and_ends_a_row(store, signed_in, at_noon):
    client = signed_in(store.manager)
    page = reverse("settings_territories")
    assert client.post(page, {"region": "城北", "user": store.li.user.pk, "weight": 100}).status_code == 302
    shown = client.get(page).content.decode()
    assert "城北" in shown
    assert "现在大家权重一样" in shown
    assert "territory_of_whom" not in shown
    assert "只选一边" in client.post(page, {"region": "城南", "weight": 100}).content.decode()
    row = store.project.territories.get()
    client.post(reverse("settings_territories_end", args=[row.pk]))
    assert "还没有划分" in client.get(page).content.decode()
    assert signed_in(store.li).get(page).status_code == 404
