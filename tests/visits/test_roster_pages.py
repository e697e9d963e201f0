"""The pages of the roster: a week is filled, changed and copied, and what is wrong comes back in a sentence."""

from datetime import date

import pytest

from people.models import DayChange
from people.terms import Terms
from tests import make
from visits.models import Duty

pytestmark = pytest.mark.django_db
URL = "/settings/roster"


def shift(store, since, until):
    return Duty.objects.create(site=store.site, user=store.li.user, since=make.at(since), until=make.at(until))


def post(client, url=URL, **given):
    said = {"day": "2025-04-29", "since": "09:00", "until": "18:00", **given}
    return client.post(url, said, follow=True)


def test_a_secretary_fills_a_week_and_sees_what_is_missing(store, signed_in, at_noon):
    client = signed_in(make.person("sec", "宋秘", "secretary", store.project))
    page = post(client, user=store.li.user.pk).content.decode()
    assert "09:00–18:00" in page
    assert "星期三 09:00–18:00 没人值班，来人走轮接" in page
    assert "星期二 09:00" not in page
    page = post(client, user=store.li.user.pk)
    assert page.status_code == 409
    assert "李强 4月29日 09:00–18:00 已在秀兰门店值班" in page.content.decode()


def test_the_same_tap_twice_is_one_shift(store, signed_in, at_noon):
    client = signed_in(store.manager)
    key = "0b8f2f3e-53a7-4f0a-9d5d-8a3b6f1c2d4e"
    for _tap in range(2):
        assert post(client, user=store.li.user.pk, key=key).status_code == 200
    assert Duty.objects.count() == 1


def test_a_shift_is_changed_and_removed_on_its_page(store, signed_in, at_noon):
    client = signed_in(store.manager)
    duty = shift(store, "2025-04-29 09:00", "2025-04-30 00:00")
    page = client.get(f"{URL}/shifts/{duty.pk}").content.decode()
    assert 'value="00:00' in page
    page = post(client, f"{URL}/shifts/{duty.pk}", user=store.wang.user.pk, until="00:00").content.decode()
    assert Duty.objects.get().until == make.at("2025-04-30 00:00")
    assert "王芳" in client.post(f"{URL}/shifts/{duty.pk}/remove", follow=True).content.decode()
    assert not Duty.objects.exists()


def test_copying_says_what_was_copied_and_what_was_not(store, signed_in, at_noon):
    shift(store, "2025-04-22 09:00", "2025-04-22 18:00")
    client = signed_in(store.manager)
    assert "从上周抄了 1 个班" in client.post(f"{URL}/copy?week=2025-W18", follow=True).content.decode()
    assert "上周没有别的班可抄" in client.post(f"{URL}/copy?week=2025-W18", follow=True).content.decode()


def test_only_salespeople_who_are_there_in_that_week_can_be_chosen(store, signed_in, at_noon):
    store.sun.user.memberships.update(until=make.at("2025-04-20 00:00"))
    form = signed_in(store.manager).get(URL).context["form"]
    assert [user.name for user in form.fields["user"].queryset] == ["李强", "王芳", "赵磊"]


@pytest.mark.parametrize("asked", ["week=2026-W60", "week=x", "week=2026-W00", "site=999999", "site=x"])
def test_what_is_no_week_or_site_of_this_project_is_not_found(store, estate, signed_in, at_noon, asked):
    client = signed_in(store.manager)
    assert client.get(f"{URL}?{asked}").status_code == 404
    assert client.get(f"{URL}?site={estate.site.pk}").status_code == 404


def test_the_day_off_says_its_name(store, signed_in, at_noon):
    DayChange.objects.create(day=date(2025, 4, 30), working=False, name="公司年会")
    page = signed_in(store.manager).get(URL).content.decode()
    assert "休息 · 公司年会" in page
    assert "休息 · 劳动节" in page


def test_todays_duty_on_the_rotation_page_is_set_by_the_same_rules(store, signed_in, at_noon):
    client = signed_in(store.desk)
    said = {"user": store.li.user.pk, "since": "09:00", "until": "18:00"}
    assert client.post("/rotation", said).status_code == 302
    again = client.post("/rotation", said)
    assert again.status_code == 409
    assert "已在秀兰门店值班" in again.content.decode()


def test_a_policy_that_sends_nobody_to_the_person_on_duty_is_told(store, signed_in, at_noon):
    client = signed_in(store.manager)
    assert "不把来人派给值班人" not in client.get(URL).content.decode()
    store.project.terms_data = Terms(routing=("owner", "rotation")).as_json()
    store.project.save(update_fields=["terms_data"])
    assert "不把来人派给值班人" in client.get(URL).content.decode()
