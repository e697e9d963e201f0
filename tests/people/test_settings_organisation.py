"""设置: company, projects, sites, teams, agencies. What is wrong gets a sentence, what is right counts at once."""

from uuid import uuid4

import pytest

from people import services
from people.models import Membership, Organisation, Project, Site, Team
from people.roles import Role
from people.services.guards import version
from tests import make
from trail import clock
from trail.models import Entry
from trail.refusals import Refusal
from visits.desk import site_of
from visits.services import leave

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LATER = make.at("2025-04-28 16:00")


@pytest.fixture
def admin(store, signed_in):
    """The administrator's window."""
    return signed_in(store.admin)


def text(response):
    return response.content.decode()


def test_the_company_gets_another_name(store, admin):
    admin.post("/settings/company", {"name": "秀兰集团", "short_name": "秀兰"})
    house = make.house()
    assert (house.name, house.short_name) == ("秀兰集团", "秀兰")
    assert house.history.first().history_user == store.admin.user
    assert Entry.objects.get(action="organisation.change").detail == {"fields": ["name", "short_name"]}


def test_there_is_one_company(store):
    with pytest.raises(Refusal) as refused:
        services.create_company(name="另一家", short_name="", by=store.admin.user, at=make.MOMENT)
    assert refused.value.code == "company_there"


def test_whoever_begins_a_project_is_its_administrator(store, admin):
    given = {"name": "森活里", "code": "senhuoli", "time_zone": "Asia/Shanghai"}
    assert admin.post("/settings/projects", given).status_code == 302
    made = Project.objects.get(code="senhuoli")
    held = Membership.objects.get(project=made)
    assert (held.user, held.role) == (store.admin.user, Role.ADMINISTRATOR)
    admin.post("/project", {"project": "senhuoli"})
    assert "森活里" in text(admin.get("/settings/sites"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"code": "Store"}, "代码只能有小写字母"),
        ({"code": "-x"}, "代码只能有小写字母"),
        ({"code": "store"}, "项目代码 store 已经有了"),
        ({"code": ""}, "这一项要填"),
        ({"name": ""}, "这一项要填"),
        ({"time_zone": "Asia/Nowhere"}, "时区"),
        ({"time_zone": "../../etc/passwd"}, "时区"),
    ],
)
def test_a_project_that_cannot_be_comes_back_filled_in(store, admin, change, sentence):
    given = {"name": "新项目", "code": "new", "time_zone": "Asia/Urumqi", **change}
    page = admin.post("/settings/projects", given)
    assert page.status_code in (409, 422)
    assert sentence in text(page)
    assert f'value="{given["name"] or given["code"]}"' in text(page)
    assert Project.objects.count() == 1


def test_the_code_of_a_project_stays(store, admin):
    given = {"name": "秀兰家装", "time_zone": "Asia/Urumqi", "code": "other"}
    admin.post("/settings/projects/store", given)
    store.project.refresh_from_db()
    assert (store.project.name, store.project.code, store.project.time_zone) == ("秀兰家装", "store", "Asia/Urumqi")


def test_a_project_of_others_is_not_there(store, estate, admin):
    for url in ("/settings/projects/estate", "/settings/projects/estate/close", f"/settings/sites/{estate.site.pk}"):
        assert admin.get(url).status_code == 404
    assert "秀兰森活里" not in text(admin.get("/settings/projects"))


def test_a_closed_project_lets_in_only_who_keeps_it(store, admin, signed_in):
    seller, boss, money = signed_in(store.li), signed_in(store.general), signed_in(store.finance)
    assert "项目里现在有 10 个人" in text(admin.get("/settings/projects/store/close"))
    admin.post("/settings/projects/store/close")
    assert seller.get("/me").status_code == 404
    assert boss.get("/cases").status_code == 200
    assert money.get("/period/202504").status_code == 200
    admin.post("/settings/projects/store/reopen")
    assert seller.get("/me").status_code == 200


def test_somebody_in_two_projects_is_in_the_open_one(store, estate, signed_in):
    make.person("admin", "吴勇", Role.ADMINISTRATOR, estate.project)
    services.close_project(project=store.project, by=store.admin.user, at=make.MOMENT)
    client = signed_in(store.admin)
    session = client.session
    del session["project"]
    session.save()
    assert "秀兰森活里" in text(client.get("/settings/sites"))


def test_a_site_with_hours(store, admin):
    admin.post("/settings/sites", {"name": "东区店", "opens": "08:30", "closes": "20:00"})
    made = Site.objects.get(name="东区店")
    assert (made.project, f"{made.opens:%H:%M}", f"{made.closes:%H:%M}") == (store.project, "08:30", "20:00")
    assert "08:30–20:00" in text(admin.get("/settings/sites"))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": "秀兰门店"}, "项目里已经有案场叫秀兰门店"),
        ({"closes": "08:00"}, "关门要晚于开门"),
        ({"closes": "09:00"}, "关门要晚于开门"),
        ({"opens": "25:00"}, "时间写成 09:00 这样"),
        ({"name": " "}, "这一项要填"),
    ],
)
def test_a_site_that_cannot_be(store, admin, change, sentence):
    page = admin.post("/settings/sites", {"name": "西区店", "opens": "09:00", "closes": "18:00", **change})
    assert page.status_code == 422
    assert sentence in text(page)
    assert Site.objects.count() == 1


def test_a_site_does_not_close_on_its_visitors(store, admin, signed_in):
    visit = make.arrived(store, make.MOMENT)
    url = f"/settings/sites/{store.site.pk}/close"
    page = admin.post(url)
    assert page.status_code == 409
    assert "秀兰门店还有 1 批客人没离开" in text(page)
    page = admin.post("/settings/projects/store/close")
    assert "秀兰门店还有 1 批客人没离开" in text(page)
    leave(here=store.desk, visit=visit, gift=None, at=LATER)
    assert admin.post(url).status_code == 302
    store.site.refresh_from_db()
    assert store.site.closed_at == make.MOMENT
    with pytest.raises(Refusal) as refused:
        make.arrived(store, LATER, number="13900000009", name="李梅")
    assert refused.value.code == "site_closed"


def test_the_desk_stands_at_an_open_site(store, admin):
    services.create_site(
        project=store.project, name="东区店", opens=store.site.opens, closes=store.site.closes, by=store.admin.user,
        at=make.MOMENT,
    )  # fmt: skip
    admin.post(f"/settings/sites/{store.site.pk}/close")
    assert site_of(store.desk, store.site.pk).name == "东区店"


def test_a_team_has_a_leader_of_the_house(store, estate, admin):
    admin.post("/settings/teams", {"name": "市场二部", "leader": store.sun.user.pk})
    assert Team.objects.get(name="市场二部").leader == store.sun.user
    page = admin.post("/settings/teams", {"name": "市场三部", "leader": estate.anju.user.pk})
    assert page.status_code == 422
    assert "负责人要是本公司在职的人" in text(page)
    assert 'value="市场三部"' in text(page)
    page = admin.post("/settings/teams", {"name": "市场一部", "leader": ""})
    assert "已经有团队叫市场一部" in text(page)


def test_a_leader_who_left_stays_until_another_is_named(store, admin):
    services.deactivate(user=store.manager.user, by=store.admin.user, at=make.MOMENT)
    kept = {"name": "市场甲部", "leader": store.manager.user.pk}
    assert admin.post(f"/settings/teams/{store.team.pk}", kept).status_code == 302
    admin.post(f"/settings/teams/{store.team.pk}", {"name": "市场甲部", "leader": store.sun.user.pk})
    store.team.refresh_from_db()
    assert (store.team.name, store.team.leader) == ("市场甲部", store.sun.user)


def test_a_team_with_people_does_not_close(store, admin):
    page = admin.post(f"/settings/teams/{store.team.pk}/close")
    assert page.status_code == 409
    assert "队里还有 4 个人" in text(page)
    for membership in Membership.objects.filter(team=store.team):
        services.move_to_team(membership=membership, team=None, by=store.admin.user, at=make.MOMENT)
    assert admin.post(f"/settings/teams/{store.team.pk}/close").status_code == 302
    assert ">市场一部</option>" not in text(admin.get("/settings/people/new"))
    admin.post(f"/settings/teams/{store.team.pk}/reopen")
    assert ">市场一部</option>" in text(admin.get("/settings/people/new"))


@pytest.fixture
def brokers(store):
    """Two agents of an agency, at work in the store."""
    agency = make.agency("安居公司")
    return [make.person(f"broker{n}", f"经纪{n}", Role.AGENT, store.project, organisation=agency) for n in (1, 2)]


def test_closing_an_agency_ends_its_people_at_once(store, brokers, admin, signed_in):
    window = signed_in(brokers[0])
    assert window.get("/me").status_code == 200
    url = f"/settings/agencies/{brokers[0].organisation.pk}"
    assert "2 个人的角色马上结束" in text(admin.get(f"{url}/close"))
    assert admin.post(f"{url}/close").status_code == 302
    assert window.get("/me").status_code == 404
    assert Entry.objects.get(action="organisation.close").detail == {"roles": 2}
    page = admin.post(f"{url}/close")
    assert page.status_code == 409
    admin.post(f"{url}/reopen")
    assert window.get("/me").status_code == 404, "a role that ended is given again by hand"


def test_an_agency_that_also_works_for_others_is_closed_by_them(store, estate, brokers, admin):
    page = admin.post(f"/settings/agencies/{estate.anju.organisation.pk}/close")
    assert page.status_code == 409
    assert "这还关系到 秀兰森活里" in text(page)
    assert Membership.objects.at(make.MOMENT).filter(organisation=estate.anju.organisation).count() == 3


def test_an_agency_and_the_developer(store, admin):
    admin.post("/settings/agencies", {"name": "恒信公司", "short_name": "恒信", "kind": "distributor"})
    admin.post("/settings/agencies", {"name": "开发商", "short_name": "", "kind": "party_a"})
    page = admin.post("/settings/agencies", {"name": "恒信公司", "short_name": "", "kind": "distributor"})
    assert "已经有叫这个名字的公司" in text(page)
    assert 'value="恒信公司"' in text(page)
    assert admin.post("/settings/agencies", {"name": "第二家", "kind": "own"}).status_code == 422
    assert Organisation.objects.count() == 3


def test_who_is_second_to_save_is_told_and_keeps_what_was_typed(store, signed_in):
    other = make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project)
    first, second = signed_in(store.admin), signed_in(other)
    url, seen = f"/settings/sites/{store.site.pk}", version(store.site) or 0
    given = {"opens": "09:00", "closes": "18:00", "seen": seen}
    assert f'name="seen" value="{seen}"' in text(second.get(url)) or not seen
    first.post(url, {**given, "name": "先改的"})
    after = version(store.site)
    page = second.post(url, {**given, "name": "后改的", "seen": seen})
    assert page.status_code == 409
    assert "刚被吴勇改过" in text(page)
    assert 'value="后改的"' in text(page)
    assert second.post(url, {**given, "name": "后改的", "seen": after}).status_code == 302
    store.site.refresh_from_db()
    assert store.site.name == "后改的"
    assert [h.name for h in store.site.history.all()][:2] == ["后改的", "先改的"]


def test_the_same_form_sent_twice_makes_one_team(store, admin):
    given = {"name": "市场二部", "leader": "", "key": str(uuid4())}
    assert admin.post("/settings/teams", given).status_code == 302
    assert admin.post("/settings/teams", given).status_code == 302
    assert Team.objects.filter(name="市场二部").count() == 1


def test_what_concerns_the_company_stands_in_the_audit_log(store, admin):
    admin.post("/settings/agencies", {"name": "恒信公司", "short_name": "", "kind": "distributor"})
    assert "新建公司" in text(admin.get("/audit"))


def test_nothing_is_written_and_noted_when_nothing_differs(store):
    services.change_team(
        team=store.team, name="市场一部", leader=store.manager.user, by=store.admin.user, at=clock.now()
    )
    assert not Entry.objects.filter(action="team.change").exists()
