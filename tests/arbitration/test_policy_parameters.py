"""Every shipped policy goes in force from its page, with its own parameters and with one changed; none with what cannot be."""

import pytest

from arbitration import services
from arbitration.engine import load_pack, pack_ids
from arbitration.models import PolicyInForce
from arbitration.policies import offers, parameters
from tests import make
from tests.policy_pages import HOME, form_of, in_force, page, start
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
# One parameter of each policy, changed, as the form sends it and as it is kept.
CHANGED = {
    "channel-contract": ("channels", ["email", "web"], ["email", "web"]), "channel-project@1": ("protect_days", "9", 9),
    "channel-project@2": ("stance", "甲方", "甲方"), "collision-control": ("fine_yuan", "０", 0),
    "complaint-handling": ("sla_prompt_h", "168", 168), "cooperative": ("active_days", "1", 1),
    "crm-ownership": ("crm_channels", ["web"], ["web"]), "double-sale": ("sla_prompt_h", " 48 ", 48),
    "first-contact": ("expiry_days", "90", 90),
    "first-report": ("holidays", "2025/5/6，2025-05-02\n+2025-5-4", ["+2025-05-04", "2025-05-02", "2025-05-06"]),
    HOME: ("refund_full", "no", False), "intent-table": ("helper_share", "6500", 6500), "media-slots": ("media_hold_days", "5", 5),
    "order-priority": ("order_priority", "urgency", "urgency"), "property-sharing": ("reception_weights", "yes", True),
    "query-first": ("query_valid_h", "48", 48), "sales-office": ("effort_points", "5 4，3、2;1", [5, 4, 3, 2, 1]),
    "sample-protection": ("sample_hold_days", "60", 60), "shared-platform": ("stale_days", "30", 30),
    "site-incidents": ("sla_immediate_min", "10", 10), "walk-in-store": ("walk_in_default", "rotation", "rotation"),
}  # fmt: skip


@pytest.fixture
def keeper(estate, signed_in):
    """The general manager of a project in which nothing is in force."""
    return make.proven(signed_in(estate.general))


# ── every shipped policy ──


@pytest.mark.parametrize("pack", pack_ids())
def test_each_policy_can_be_put_in_force_alone_with_its_own_parameters(estate, keeper, pack):
    checked = keeper.post(f"/settings/policies/{pack}/check", form_of(keeper, pack))
    assert checked.status_code == 200
    assert "没有错误" in page(checked)
    assert "/start" in page(checked)
    assert start(keeper, pack).status_code == 302
    rows = PolicyInForce.objects.filter(project=estate.project)
    assert {row.scope for row in rows} == set(offers.scopes_of(load_pack(pack)))
    assert all(row.params == {} and row.until is None for row in rows)


@pytest.mark.parametrize("pack", pack_ids())
def test_each_policy_keeps_a_parameter_that_was_changed(estate, keeper, pack):
    name, sent, kept = CHANGED[pack]
    assert start(keeper, pack, **{f"p_{name}": sent}).status_code == 302
    assert all(row.params == {name: kept} for row in PolicyInForce.objects.filter(project=estate.project))
    shown = keeper.get(f"/settings/policies/{pack}").context["form"]
    assert keeper.post(f"/settings/policies/{pack}/check", form_of(keeper, pack)).context["form"].params == {name: kept}
    assert parameters.said(name, kept) in page(keeper.get("/settings/policies"))
    assert shown.offer.params == {name: kept}


def test_every_parameter_has_a_kind_and_its_own_value_is_allowed():
    for name in pack_ids():
        pack = load_pack(name)
        for param in pack.params:
            parameters.judge(param, pack.params[param], pack.params[param]["value"])
        assert parameters.differing(pack, dict(pack.values)) == {}


@pytest.mark.parametrize("pack", pack_ids())
def test_no_parameter_at_a_bound_makes_an_error(pack):
    loaded = load_pack(pack)
    for name, param in loaded.params.items():
        for bound in (param[end] for end in ("min", "max") if end in param):
            assert not [p for p in services.examine(loaded, {name: bound}) if p.counts == "error"], name


# ── bad input ──

BAD = [
    ("home-decoration", "simul_report_s", "", "这一项要填"),
    ("home-decoration", "simul_report_s", "abc", "写成整数，比如 60"),
    ("home-decoration", "simul_report_s", "1.5", "写成整数，比如 60"),
    ("home-decoration", "simul_report_s", "-1", "填 0 到 3600 之间的整数"),
    ("home-decoration", "simul_report_s", "3601", "填 0 到 3600 之间的整数"),
    ("home-decoration", "simul_report_s", "9999999999999999", "写成整数，比如 60"),
    ("home-decoration", "refund_full", "perhaps", "选列出来的一个"),
    ("channel-contract", "channels", [], "这一项要填"),
    ("channel-contract", "channels", ["email", "pigeon"], "选列出来的一个"),
    ("channel-contract", "arrival", "never", "选列出来的一个"),
    ("channel-contract", "holidays", "2025-02-30", "「2025-02-30」不是日期，写成 2025-05-01"),
    ("channel-contract", "holidays", "五一", "「五一」不是日期，写成 2025-05-01"),
    ("sales-office", "effort_points", "3 3 2 2", "写 5 个 0 到 100 的整数，不能全是 0，比如 3, 3, 2, 2, 1"),
    ("sales-office", "effort_points", "0 0 0 0 0", "写 5 个 0 到 100 的整数，不能全是 0，比如 3, 3, 2, 2, 1"),
    ("sales-office", "effort_points", "3 3 2 2 x", "写 5 个 0 到 100 的整数，不能全是 0，比如 3, 3, 2, 2, 1"),
    ("channel-project@2", "stance", "   ", "这一项要填"),
]  # fmt: skip


@pytest.mark.parametrize(("pack", "name", "sent", "sentence"), BAD, ids=[f"{row[1]}-{row[2]}" for row in BAD])
def test_what_a_parameter_cannot_be_is_said_at_its_field_and_stays_there(estate, keeper, pack, name, sent, sentence):
    for step in ("check", "start"):
        answer = keeper.post(f"/settings/policies/{pack}/{step}", form_of(keeper, pack) | {f"p_{name}": sent})
        assert answer.status_code == 422
        form = answer.context["form"]
        assert form.errors[f"p_{name}"] == [sentence]
        assert form[f"p_{name}"].value() == sent
    assert in_force(estate.project) == set()


def test_a_parameter_that_the_policy_has_not_is_said(estate, keeper):
    answer = start(keeper, HOME, p_patience="3")
    assert answer.status_code == 422
    assert "没有「patience」这个参数" in page(answer)


@pytest.mark.parametrize(
    "params",
    [
        {"patience": 3}, {"simul_report_s": "60"}, {"simul_report_s": True}, {"simul_report_s": 60.0}, {"simul_report_s": 99999},
        {"refund_full": 1}, {"refund_full": None},
    ],
)  # fmt: skip
def test_the_service_refuses_the_same_for_whoever_calls_it(estate, params):
    policy = services.publish(HOME, at=make.MOMENT)
    with pytest.raises(Refusal) as refused:
        services.put_in_force(project=estate.project, policy=policy, params=params, by="tests", at=make.MOMENT)
    assert refused.value.field == f"p_{next(iter(params))}"


@pytest.mark.parametrize(
    ("pack", "params"),
    [
        ("channel-contract", {"channels": "email"}), ("channel-contract", {"channels": ["email", "email"]}),
        ("channel-contract", {"channels": [["email"]]}), ("channel-contract", {"kin_list": []}),
        ("channel-contract", {"arrival": ["first_of_customer"]}), ("channel-contract", {"holidays": ["20250501"]}),
        ("channel-contract", {"holidays": [f"20{y:02d}-01-01" for y in range(100)] * 2}), ("channel-contract", {"holidays": [20250501]}),
        ("channel-project@2", {"stance": "a\nb"}), ("channel-project@2", {"stance": "长" * 41}), ("channel-project@2", {"stance": "\0"}),
        ("sales-office", {"effort_points": [3, 3, 2, 2, True]}), ("sales-office", {"effort_points": [3, 3, 2, 2, 101]}),
    ],
)  # fmt: skip
def test_the_service_refuses_values_of_a_wrong_shape(estate, pack, params):
    with pytest.raises(Refusal, match="param_wrong"):
        services.put_in_force(
            project=estate.project, policy=services.publish(pack, at=make.MOMENT), params=params, by="tests", at=make.MOMENT
        )  # fmt: skip
