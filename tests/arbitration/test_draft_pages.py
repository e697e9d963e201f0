"""The editor as a browser without JavaScript would use it: each act a form of its own, refused with the witness, published by another."""

import re

import pytest

from arbitration.models import PolicyDraft, PolicyVersion
from arbitration.policies import edits, vocabulary
from arbitration.services import drafting as services
from tests import make
from tests.arbitration.drafts import begun, submitted, with_days

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
POOL = vocabulary.token({"owner": "pool"})
TEXTS = {"title_zh": "本公司的", "title_en": "Ours", "says_zh": "放回公海", "says_en": "To the pool"}


def sent(form, **changed):
    """What a form on a page would send, with some of it changed."""
    values = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in values.items()} | changed


def page(answer):
    return answer.content.decode()


def test_a_draft_is_begun_from_the_page_of_policies_at_the_rule_that_a_case_named(store, signed_in):
    client = signed_in(store.manager)
    assert "/policy/drafts/new" in page(client.get("/policy"))
    begin = client.get("/policy/drafts/new?rule=D09-7b")
    form = begin.context["form"]
    assert form["source"].value() == "home-decoration"
    answer = client.post("/policy/drafts/new", sent(form))
    draft = PolicyDraft.objects.get()
    assert answer["Location"] == f"/policy/drafts/{draft.pk}?rule=D09-7b"
    said = page(client.get(answer["Location"]))
    assert "但业绩提成算另外一个家装顾问的。" in said  # the original text beside
    assert "何静最后改" in page(client.get("/policy"))
    again = client.post("/policy/drafts/new", sent(form, key=""))
    assert (again.status_code, "何静在起草" in page(again)) == (409, True)


def test_parameters_of_a_clause_are_set_within_their_bounds(store, signed_in):
    client, draft = signed_in(store.manager), begun(store)
    at = f"/policy/drafts/{draft.pk}"
    right = client.get(f"{at}?rule=G-56").context["right"]
    wrong = client.post(f"{at}/parameters/G-56", sent(right["parameters_form"], p_lax_days="400"))
    assert wrong.status_code == 422
    assert 'value="400"' in page(wrong)
    assert client.post(f"{at}/parameters/G-56", sent(right["parameters_form"], p_lax_days="10")).status_code == 302
    draft.refresh_from_db()
    assert draft.params == {"lax_days": 10}
    assert "改过" in page(client.get(at))


def test_a_stale_page_is_refused_with_what_was_typed_and_can_be_sent_again(store, signed_in):
    client, draft = signed_in(store.manager), begun(store)
    at = f"/policy/drafts/{draft.pk}"
    form = client.get(f"{at}?rule=G-56").context["right"]["parameters_form"]
    services.set_parameters(here=store.general, draft=draft, seen=1, given={"refund_full": False}, at=make.MOMENT)
    stale = client.post(f"{at}/parameters/G-56", sent(form, p_lax_days="10"))
    assert stale.status_code == 409
    assert "陈光刚改过这份草稿" in page(stale)
    again = stale.context["parameters_form"]
    assert again["p_lax_days"].value() == "10"
    assert client.post(f"{at}/parameters/G-56", sent(again, key="")).status_code == 302


def test_a_conflicting_row_is_refused_and_the_witness_is_shown(store, signed_in):
    client, draft = signed_in(store.manager), begun(store)
    at = f"/policy/drafts/{draft.pk}/add"
    form = client.get(f"{at}?stage=ownership").context["form"]
    chosen = client.post(at, sent(form, refresh="1", c0_fact="visit.any"))  # then its values can be chosen
    row = sent(chosen.context["form"], then=POOL, c0_value="True", **TEXTS)
    refused = client.post(at, row)
    assert refused.status_code == 409
    assert "两条都管得到的情形：「" in page(refused)
    assert 'value="本公司的"' in page(refused)
    assert not any(edits.is_own(rule["id"]) for _s, rule in edits.rows(PolicyDraft.objects.get().content))
    others = [name for name, _label in form.fields["yields"].choices]
    assert client.post(at, {**row, "yields": others, "key": ""})["Location"].endswith("?rule=C-1")


def test_a_row_is_changed_switched_off_and_on_and_taken_out(store, signed_in):
    client, draft = signed_in(store.manager), begun(store)
    at = f"/policy/drafts/{draft.pk}"
    form = client.get(f"{at}?rule=D09-7b").context["right"]["rule_form"]
    missing = client.post(f"{at}/rules/D09-7b", sent(form, c1_fact="ask.names_reporter", then=POOL))
    assert "选一个值" in page(missing)
    changed = client.post(f"{at}/rules/D09-7b", sent(form, then=POOL, says_zh="放回公海", says_en="To the pool"))
    assert changed.status_code == 302
    assert client.post(f"{at}/rules/D09-7b/switch", {"seen": 2, "on": "0"}).status_code == 302
    assert "停用" in page(client.get(at))
    assert client.post(f"{at}/rules/D09-7b/switch", {"seen": 2, "on": "1"}).status_code == 409
    assert client.post(f"{at}/rules/D09-7b/remove", {"seen": 3}).status_code == 409
    assert client.post(f"{at}/rules/D09-7b/move", {"seen": 3, "up": "1"}).status_code == 409
    assert client.get(f"{at}?rule=nothing").status_code == 404


def test_numbers_named_values_and_parameters_are_chosen_for_conditions(store, signed_in):
    client, draft = signed_in(store.manager), begun(store, "shared-platform")
    at = f"/policy/drafts/{draft.pk}"
    stage, row = next(
        (stage, row) for stage, row in edits.rows(draft.content) if any("gt" in leaf for leaf in row.get("when", ()))
    )
    form = client.get(f"{at}?rule={row['id']}").context["right"]["rule_form"]
    place = next(i for i, leaf in enumerate(row["when"]) if "gt" in leaf)
    assert form[f"c{place}_param"].value() == "stale_days"
    words = {"says_zh": "超过四十天", "says_en": "Older than forty days"}
    given = {f"c{place}_param": "", f"c{place}_value": "40", **words}
    assert client.post(f"{at}/rules/{row['id']}", sent(form, **given)).status_code == 302
    draft.refresh_from_db()
    assert edits.find(draft.content, row["id"])[1]["when"][place] == {"fact": row["when"][place]["fact"], "gt": 40}
    assert stage["hit"] == "unique"


def test_a_draft_is_submitted_and_published_by_the_second_person_with_proof(store, signed_in):
    client, draft = signed_in(store.manager), with_days(store, begun(store))
    at = f"/policy/drafts/{draft.pk}"
    told = client.get(f"{at}/submit")
    assert "这一版草稿还没有试算" in page(told)
    assert client.post(f"{at}/submit", sent(told.context["form"], why="跟进要快")).status_code == 302
    assert client.get(f"{at}/publish").status_code == 200
    boss = signed_in(store.general)
    read = boss.get(f"{at}/publish")
    assert "跟进要快" in page(read)
    assert "个算例" in page(read)
    bare = boss.post(f"{at}/publish", sent(read.context["form"]))
    assert bare.status_code == 422
    given = sent(read.context["form"], checked="on", password=make.PASSWORD)
    assert boss.post(f"{at}/publish", given)["Location"] == "/policy"
    assert "home-decoration@1.1" in page(boss.get("/policy"))
    assert PolicyVersion.objects.filter(version="1.1").count() == 1
    assert "已经发布" in page(boss.get(at))


def test_it_is_sent_back_taken_back_and_dropped(store, signed_in):
    draft, boss, client = submitted(store), signed_in(store.general), signed_in(store.manager)
    at = f"/policy/drafts/{draft.pk}"
    assert boss.post(f"{at}/send-back", {"why": ""}).status_code == 422
    assert boss.post(f"{at}/send-back", {"why": "再想想"}).status_code == 302
    assert "陈光退回的理由：再想想" in page(client.get(at))
    assert client.post(f"{at}/submit", {"seen": 2, "why": "想过了"}).status_code == 302
    assert client.post(f"{at}/take-back").status_code == 302
    assert client.post(f"{at}/drop", {"seen": 2}).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "dropped"


def test_a_version_to_come_stands_on_the_page_and_is_called_off_there(store, signed_in):
    draft, client, boss = begun(store), signed_in(store.manager), signed_in(store.general)
    at = f"/policy/drafts/{draft.pk}"
    assert client.post(f"{at}/beginning", {"seen": 1, "since": "2025-04-01"}).status_code == 422
    assert client.post(f"{at}/beginning", {"seen": 1, "since": "2025-05-01"}).status_code == 302
    draft.refresh_from_db()
    draft = with_days(store, draft)
    client.post(f"{at}/submit", {"seen": draft.version, "why": "五一起"})
    given = sent(boss.get(f"{at}/publish").context["form"], checked="on", password=make.PASSWORD)
    assert boss.post(f"{at}/publish", given).status_code == 302
    said = page(boss.get("/policy"))
    assert "定好以后生效的" in said
    assert "/policy/home-decoration/call-off" in said
    assert boss.post("/policy/home-decoration/call-off").status_code == 302
    assert "定好以后生效的" not in page(boss.get("/policy"))


def test_the_page_says_who_has_signed_and_no_element_has_the_id_of_another(store, signed_in):
    draft = begun(store)
    said = page(signed_in(store.admin).get("/policy"))
    assert re.search(r"已读签收 0 / \d+ 人", said)
    assert "赵磊" in said
    assert "赵磊" not in page(signed_in(store.li).get("/policy"))
    for address in ("", "?rule=D09-7b", "?rule=G-56"):
        ids = re.findall(r' id="([^"]+)"', page(signed_in(store.manager).get(f"/policy/drafts/{draft.pk}{address}")))
        assert len(ids) == len(set(ids))


def test_what_happens_where_no_rule_applies_is_changed_in_the_same_way(store, signed_in):
    client, draft = signed_in(store.manager), begun(store, "crm-ownership")
    at = f"/policy/drafts/{draft.pk}"
    stage, row = next(edits.otherwise(draft.content))
    assert (stage["id"], row["when"][0]["fact"]) == ("ownership", "management.assigned")
    rule = row["id"]
    shown = client.get(f"{at}?rule={rule}")
    form = shown.context["right"]["rule_form"]
    assert "上面的条款都不管时" in page(shown)
    assert "title_zh" not in form.fields
    unknown = client.post(f"{at}/rules/{rule}", sent(form, then="nothing"))
    assert unknown.status_code == 422
    chosen = client.post(f"{at}/rules/{rule}", sent(form, c1_fact="deal.closed", refresh="1"))
    assert "c1_value" in chosen.context["rule_form"].fields
    assert client.post(f"{at}/rules/{rule}", sent(form, then=POOL))["Location"].endswith(f"?rule={rule}")
    draft.refresh_from_db()
    assert next(edits.otherwise(draft.content))[1] == {**row, "then": {"owner": "pool"}}
    told = page(client.get(f"{at}/changes"))
    assert f"都不管时 {rule.removeprefix('else.')}" in told
    assert "公海" in told
    assert client.post(f"{at}/rules/else.ownership.9", sent(form)).status_code == 404
