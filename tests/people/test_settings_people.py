"""设置 → 人员: somebody comes, gets and loses roles, leaves; each change counts at the next click."""

from uuid import uuid4

import pytest

from people import services
from people.models import ApiToken, Membership, User
from people.roles import Role
from people.services.guards import version
from tests import make
from trail.models import Entry
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LATER = make.at("2025-04-29 09:00")


@pytest.fixture
def admin(store, signed_in):
    """The administrator's window."""
    return signed_in(store.admin)


def text(response):
    return response.content.decode()


def newcomer(**more):
    given = {"name": "张一", "username": "zhangyi", "email": "zhangyi@example.com", "role": "salesperson"}
    return {**given, "organisation": make.house().pk, "team": "", **more}


def page_of(user):
    return f"/settings/people/{user.pk}"


def test_somebody_comes(store, admin):
    page = admin.post("/settings/people/new", newcomer(team=store.team.pk), follow=True)
    user = User.objects.get(username="zhangyi")
    held = user.memberships.get()
    assert (held.project, held.role, held.team) == (store.project, Role.SALESPERSON, store.team)
    assert (held.organisation, held.since) == (make.house(), make.MOMENT)
    assert not user.has_usable_password()
    assert "生成邀请链接" in text(page)
    assert set(Entry.objects.values_list("action", flat=True)) >= {"person.create", "membership.add"}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "这一项要填"),
        ({"username": ""}, "这一项要填"),
        ({"username": "zhang yi"}, "中间没有空格"),
        ({"username": "LI"}, "这个账号有人用了"),
        ({"email": "zhangyi"}, "邮箱写得不对"),
        ({"email": "LI@example.com"}, "这个邮箱是另一个人的"),
        ({"role": ""}, "选一个角色"),
        ({"role": "king"}, "errors"),
        ({"role": "agent"}, "外部经纪人要选他的分销公司"),
        ({"team": "999999"}, "这个团队不在名单里"),
        ({"organisation": "999999"}, "这家公司不在名单里"),
    ],
)
def test_somebody_who_cannot_be_added_comes_back_filled_in(store, admin, change, sentence):
    store.li.user.email = "li@example.com"
    store.li.user.save(update_fields=["email"])
    page = admin.post("/settings/people/new", newcomer(**change))
    assert page.status_code in (409, 422)
    assert sentence in text(page)
    assert f'value="{change.get("username", "zhangyi") or "张一"}"' in text(page)
    assert not User.objects.filter(name="张一").exists()


def test_only_agents_are_of_an_agency(store, admin):
    agency = make.agency("安居公司")
    page = admin.post("/settings/people/new", newcomer(organisation=agency.pk))
    assert "业务员要是本公司的人" in text(page)
    given = newcomer(organisation=agency.pk, role="agent", team=store.team.pk)
    assert "市场一部不是安居公司现有的团队" in text(admin.post("/settings/people/new", given))
    assert admin.post("/settings/people/new", {**given, "team": ""}).status_code == 302


def test_a_counterpart_may_be_of_the_developer(store, admin):
    services.create_agency(name="开发商", short_name="", kind="party_a", by=store.admin.user, at=make.MOMENT)
    developer = make.Organisation.objects.get(name="开发商")
    assert "要是本公司的人" in text(admin.post("/settings/people/new", newcomer(organisation=developer.pk)))
    given = newcomer(organisation=developer.pk, role="counterpart")
    assert admin.post("/settings/people/new", given).status_code == 302


def test_an_account_that_is_there_gets_a_role_only_when_asked_so(store, estate, admin):
    given = newcomer(name="许平", username="e_xu", email="")
    assert "这个账号有人用了" in text(admin.post("/settings/people/new", given))
    page = admin.post("/settings/people/new", {**given, "name": "许萍", "existing": "on"})
    assert "账号 e_xu 是许平的" in text(page)
    assert admin.post("/settings/people/new", {**given, "existing": "on"}).status_code == 302
    assert Membership.objects.at(make.MOMENT).filter(user=estate.xu.user).count() == 2
    assert User.objects.filter(username="e_xu").count() == 1


def test_a_role_is_given_once_and_again_after_it_ended(store, admin):
    given = {"role": "designer", "organisation": make.house().pk, "team": ""}
    url = page_of(store.li.user)
    assert admin.post(f"{url}/roles", given).status_code == 302
    page = admin.post(f"{url}/roles", given)
    assert page.status_code == 409
    assert "李强在这个项目里已经是设计师" in text(page)
    held = store.li.user.memberships.get(role="designer")
    services.end_membership(membership=held, by=store.admin.user, at=LATER)
    again = services.add_membership(
        user=store.li.user, project=store.project, role="designer", team=None, organisation=None, by=store.admin.user,
        at=LATER,
    )  # fmt: skip
    assert (held.pk != again.pk, again.since) == (True, LATER)


def test_a_role_that_begins_later_is_not_given_twice(store, admin):
    store.li.user.memberships.update(since=LATER)
    page = admin.post(f"{page_of(store.li.user)}/roles", {"role": "salesperson", "organisation": make.house().pk})
    assert "李强在这个项目里已经是业务员" in text(page)


def test_a_change_of_roles_counts_at_the_next_click(store, admin, signed_in):
    window, url = signed_in(store.li), page_of(store.li.user)
    assert window.get("/cases").status_code == 404
    admin.post(f"{url}/roles", {"role": "manager", "organisation": make.house().pk, "team": ""})
    assert window.get("/cases").status_code == 200
    role = store.li.user.memberships.get(role="salesperson")
    assert "下一次点击就不能再做业务员的事" in text(admin.get(f"{url}/roles/{role.pk}/end"))
    admin.post(f"{url}/roles/{role.pk}/end")
    held = Membership.objects.at(make.MOMENT).filter(user=store.li.user)
    assert [m.role for m in held] == ["manager"]


def test_another_team_begins_where_the_old_one_ends(store, admin):
    other = services.create_team(name="市场二部", leader=None, by=store.admin.user, at=make.MOMENT)
    role = store.li.user.memberships.get()
    url = f"{page_of(store.li.user)}/roles/{role.pk}/team"
    assert admin.post(url, {"team": other.pk}).status_code == 302
    rows = store.li.user.memberships.order_by("since")
    assert [(m.team, m.until) for m in rows] == [(store.team, make.MOMENT), (other, None)]
    assert rows[1].since == make.MOMENT
    page = admin.post(url, {"team": store.team.pk})
    assert page.status_code == 409
    assert "这个角色已经结束了" in text(page)


def test_the_last_administrator_stays(store, admin):
    role, url = store.admin.user.memberships.get(), page_of(store.admin.user)
    page = admin.post(f"{url}/roles/{role.pk}/end")
    assert page.status_code == 409
    assert "吴勇是秀兰装饰唯一的管理员" in text(page)
    assert "不能停用自己" in text(admin.post(f"{url}/deactivate"))
    other = make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project)
    assert admin.post(f"{page_of(other.user)}/deactivate").status_code == 302, "one of two may go"
    assert admin.post(f"{url}/roles/{role.pk}/end").status_code == 409, "who left does not count"


def test_an_administrator_of_another_project_is_last_there(store, estate):
    boss = make.person("boss", "郑英", Role.ADMINISTRATOR, estate.project)
    services.add_membership(
        user=store.admin.user, project=estate.project, role="administrator", team=None, organisation=None, by=boss.user,
        at=make.MOMENT,
    )  # fmt: skip
    held = Membership.objects.get(user=store.admin.user, project=estate.project)
    services.end_membership(membership=held, by=boss.user, at=LATER)
    with pytest.raises(Refusal) as refused:
        services.deactivate(user=boss.user, by=store.admin.user, at=LATER)
    assert refused.value.code == "other_projects"


def test_whoever_is_deactivated_is_out_at_the_next_click(store, admin, signed_in):
    window, user = signed_in(store.li), store.li.user
    token = ApiToken.objects.create(
        user=user, project=store.project, name="x", start="x", digest=b"1", scopes=["register"], made_at=make.MOMENT
    )
    asked = text(admin.get(f"{page_of(user)}/deactivate"))
    assert "1 个角色马上结束" in asked
    assert "1 个接口令牌作废" in asked
    assert window.get("/me").status_code == 200
    assert admin.post(f"{page_of(user)}/deactivate").status_code == 302
    assert window.get("/me").status_code == 302, "to the login"
    token.refresh_from_db()
    assert token.revoked_at == make.MOMENT
    assert not Membership.objects.at(make.MOMENT).filter(user=user).exists()
    assert user.memberships.count() == 1, "what was stays"
    assert "停用" in text(admin.get("/settings/people?state=left"))
    assert "已经停用了" in text(admin.post(f"{page_of(user)}/deactivate"))


def test_whoever_comes_back_has_no_role_and_no_old_session(store, admin, signed_in):
    window, url = signed_in(store.li), page_of(store.li.user)
    admin.post(f"{url}/deactivate")
    page = admin.post(f"{url}/roles", {"role": "designer", "organisation": make.house().pk, "team": ""})
    assert "李强停用了：先启用账号" in text(page)
    admin.post(f"{url}/reactivate")
    assert window.get("/me").status_code == 302
    refused = window.post("/login", {"username": "li", "password": make.PASSWORD})
    assert "账号或密码不对" in text(refused)
    admin.post(f"{url}/roles", {"role": "designer", "organisation": make.house().pk, "team": ""})
    assert "生成邀请链接" in text(admin.get(url))


def test_name_account_and_address_are_corrected(store, admin):
    url = page_of(store.li.user)
    given = {"name": "李强生", "username": "liqiang", "email": "li@example.com", "seen": version(store.li.user)}
    assert admin.post(url, given).status_code == 302
    store.li.user.refresh_from_db()
    assert (store.li.user.name, store.li.user.username) == ("李强生", "liqiang")
    page = admin.post(url, {"name": "李强生", "username": "wang", "email": ""})
    assert page.status_code == 409
    assert "这个账号有人用了" in text(page)
    assert 'value="wang"' in text(page)


def test_two_who_change_one_person_do_not_lose_a_change(store, admin, signed_in):
    other = signed_in(make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project))
    url, seen = page_of(store.li.user), version(store.li.user)
    admin.post(url, {"name": "李强一", "username": "li", "email": "", "seen": seen})
    page = other.post(url, {"name": "李强二", "username": "li", "email": "", "seen": seen})
    assert page.status_code == 409
    assert "刚被吴勇改过" in text(page)
    assert 'value="李强二"' in text(page)
    store.li.user.refresh_from_db()
    assert store.li.user.name == "李强一"


def test_an_account_of_somebody_who_also_works_elsewhere_is_not_taken_over(store, estate, admin):
    given = newcomer(name="冯军", username="e_general", email="", role="designer", existing="on")
    admin.post("/settings/people/new", given)
    url = page_of(estate.general.user)
    page = admin.post(url, {"name": "冯军", "username": "e_general", "email": "mine@example.com"})
    assert page.status_code == 409
    assert "这还关系到 秀兰森活里" in text(page)
    assert admin.post(f"{url}/deactivate").status_code == 409
    estate.general.user.refresh_from_db()
    assert (estate.general.user.email, estate.general.user.is_active) == ("", True)
    shown = text(admin.get(url))
    assert "设计师" in shown
    assert "总经理" not in shown.split('id="roles"')[1].split("</section>")[0], "what they are elsewhere is not told"


@pytest.mark.parametrize(
    ("asked", "there", "not_there"),
    [
        ("q=李", "李强", "王芳"), ("q=WANG", "王芳", "李强"), ("role=finance", "钱慧", "李强"), ("state=new", "李强", "王芳"),
        ("organisation=999", "李强", "没有找到人"), ("q=%00李", "李强", "王芳"), ("page=99", "李强", "没有找到人"),
    ],
)  # fmt: skip
def test_people_are_found(store, admin, asked, there, not_there):
    User.objects.filter(username="wang").update(last_login=make.MOMENT)
    page = admin.get(f"/settings/people?{asked}")
    assert there in text(page)
    assert not_there not in text(page)


def test_who_left_is_found_under_left_only(store, admin):
    services.end_membership(membership=store.li.user.memberships.get(), by=store.admin.user, at=make.MOMENT)
    assert "李强" not in text(admin.get("/settings/people"))
    left = text(admin.get("/settings/people?state=left"))
    assert "李强" in left
    assert "王芳" not in left


def test_a_general_manager_reads_and_changes_nothing(store, signed_in):
    window = signed_in(store.general)
    assert "李强" in text(window.get("/settings/people"))
    page = text(window.get(page_of(store.li.user)))
    assert "市场一部" in page
    assert "<form" not in page.split("<main")[1]
    assert window.post(page_of(store.li.user), newcomer()).status_code == 404


def test_the_same_form_sent_twice_adds_one_person(store, admin):
    given = newcomer(key=str(uuid4()))
    first, second = admin.post("/settings/people/new", given), admin.post("/settings/people/new", given)
    assert first.url == second.url
    assert User.objects.filter(name="张一").count() == 1
