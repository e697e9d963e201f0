"""People from a file: first a look, then all good rows at once; what is broken gets a sentence, row by row."""

import csv
import io
import re
import zipfile
from datetime import timedelta
from uuid import uuid4

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from people import services, sheets
from people.models import Membership, User
from people.roles import Role
from people.services.roll import Outcome, Row, headings, plan
from tests import make
from trail import clock
from trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
HEADING = ["姓名", "账号", "角色", "团队", "公司", "邮箱"]
URL = "/settings/people/import"


@pytest.fixture
def admin(store, signed_in):
    """The administrator's window."""
    return signed_in(store.admin)


def text(response):
    return response.content.decode()


def xlsx(*rows, heading=HEADING):
    return sheets.write("人员", heading, [list(row) for row in rows])


def upload(client, content, name="people.xlsx"):
    return client.post(URL, {"file": SimpleUploadedFile(name, content)})


def kept(page):
    """The checked rows, as the check page holds them."""
    return re.search(r'name="kept" value="([^"]+)"', text(page)).group(1)


def carry_out(client, page, key=None):
    return client.post(f"{URL}/do", {"kept": kept(page), "key": str(key or uuid4())})


def row(number=2, name="张一", username="zhangyi", role="业务员", team="", organisation="", email=""):
    return Row(number, name, username, role, team, organisation, email)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "姓名没有填"),
        ({"name": "张" * 61}, "太长了，最多 60 个字"),
        ({"username": ""}, "账号没有填"),
        ({"username": "zhang yi"}, "账号用字母、数字和"),
        ({"username": "x" * 61}, "太长了，最多 60 个字"),
        ({"username": "li"}, "账号 li 是另一个人的"),
        ({"username": "LI"}, "账号 LI 是另一个人的"),
        ({"role": ""}, "角色没有填。可以写：前台、业务员"),
        ({"role": "销售"}, "没有这个角色：销售。可以写：前台、业务员"),
        ({"role": "外部经纪人"}, "外部经纪人要选他的分销公司"),
        ({"organisation": "安居公司"}, "业务员要是本公司的人"),
        ({"organisation": "没有"}, "没有这家公司：没有。现有：安居公司、秀兰"),
        ({"team": "市场九部"}, "没有这个团队：市场九部。现有：市场一部"),
        ({"email": "zhangyi"}, "邮箱写得不对"),
        ({"email": "Wang@example.com"}, "邮箱 Wang@example.com 是另一个人的"),
        ({"name": "王芳", "username": "wang", "email": "other@example.com"}, "账号 wang 的邮箱不是这个"),
        ({"name": "=cmd|'/c calc'!A0", "username": "=1+1"}, "账号用字母、数字和"),
    ],
)
def test_a_broken_row_says_what_is_wrong(store, change, sentence):
    make.agency("安居公司")
    User.objects.filter(username="wang").update(email="wang@example.com")
    (planned,) = plan([row(**change)], store.project, make.MOMENT)
    assert planned.outcome == Outcome.BAD
    assert sentence in planned.why


def test_rows_of_one_file_know_each_other(store):
    rows = [
        row(2, email="zhangyi@example.com"),
        row(3),  # the same again
        row(4, name="张二"),  # another person, the same account
        row(5, role="设计师"),  # the same person, one more role
        row(6, username="zhanger", email="ZHANGYI@example.com"),
        row(7, username="ZhangYi", role="前台", email="new@example.com"),
    ]
    planned = plan(rows, store.project, make.MOMENT)
    assert [p.outcome for p in planned] == ["new", "bad", "bad", "role", "bad", "bad"]
    assert planned[1].why == "账号和第 2 行的一样"
    assert planned[2].why == "账号和第 2 行的一样"
    assert "是另一个人的" in planned[4].why
    assert "的邮箱不是这个" in planned[5].why


def test_what_is_there_is_not_made_again(store):
    rows = [row(2, "李强", "li"), row(3, "李强", "LI", "designer"), row(4, "王芳", "wang", "Finance")]
    planned = plan(rows, store.project, make.MOMENT)
    assert [p.outcome for p in planned] == ["there", "role", "role"]


def test_whoever_was_deactivated_is_not_brought_back_by_a_file(store):
    services.deactivate(user=store.li.user, by=store.admin.user, at=make.MOMENT)
    (planned,) = plan([row(2, "李强", "li")], store.project, make.MOMENT)
    assert "李强停用了" in planned.why


def test_the_check_writes_nothing_and_the_import_everything_good(store, admin):
    make.agency("安居公司")
    content = xlsx(
        ["张一", "zhangyi", "业务员", "市场一部", "", "zhangyi@example.com"],
        ["张二", "1002", "agent", "", "安居公司", ""],
        ["", "zhangsan", "业务员", "", "", ""],
        ["李强", "li", "Designer", "", "", ""],
        ["王芳", "wang", "业务员", "", "", ""],
    )
    before = User.objects.count()
    page = upload(admin, content)
    assert page.status_code == 200
    assert "导入这 3 行" in text(page)
    assert "姓名没有填" in text(page)
    assert User.objects.count() == before
    done = carry_out(admin, page)
    assert done.status_code == 302
    assert User.objects.count() == before + 2
    held = Membership.objects.get(user__username="zhangyi")
    assert (held.team, held.role, held.since) == (store.team, Role.SALESPERSON, make.MOMENT)
    assert Membership.objects.get(user__username="1002").organisation.name == "安居公司"
    assert store.li.user.memberships.filter(role="designer").exists()
    assert Entry.objects.get(action="people.import").detail["rows"] == 3
    assert User.objects.get(username="zhangyi").history.first().history_user == store.admin.user
    shown = text(admin.get(done.url))
    assert "导入好了：3 个人" in shown
    assert "生成 2 条邀请链接" in shown
    assert 'class="badge"' not in shown, "nothing waits for the administrator"


def test_links_are_made_for_those_who_need_one_and_let_them_in(store, admin, client):
    make.house()
    done = carry_out(admin, upload(admin, xlsx(["张一", "zhangyi", "业务员"], ["李强", "li", "设计师"])))
    page = text(admin.post(done.url))
    links = re.findall(r'value="(http://testserver/join/[^"]+)"', page)
    assert len(links) == 1
    assert client.get(links[0], follow=True).status_code == 200


def test_the_same_import_sent_twice_is_done_once(store, admin):
    page, key = upload(admin, xlsx(["张一", "zhangyi", "业务员"])), uuid4()
    first, second = carry_out(admin, page, key), carry_out(admin, page, key)
    assert first.url == second.url
    assert User.objects.filter(name="张一").count() == 1


def test_what_was_done_meanwhile_is_judged_again(store, admin):
    page = upload(admin, xlsx(["张一", "zhangyi", "业务员"]))
    services.add_person(
        name="张一", username="zhangyi", email="", project=store.project, role="salesperson", team=None,
        organisation=None, by=store.admin.user, at=make.MOMENT,
    )  # fmt: skip
    again = carry_out(admin, page)
    assert again.status_code == 409
    assert "没有可以导入的行了" in text(again)
    assert User.objects.filter(name="张一").count() == 1


def test_a_check_counts_for_an_hour_its_person_and_its_project(store, estate, admin, signed_in):
    page = upload(admin, xlsx(["张一", "zhangyi", "业务员"]))
    other = signed_in(make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project))
    elsewhere = signed_in(make.person("admin", "吴勇", Role.ADMINISTRATOR, estate.project))
    for window in (other, elsewhere):
        refused = window.post(f"{URL}/do", {"kept": kept(page)})
        assert refused.status_code == 422
        assert "这张检查结果不是你在这个项目里的" in text(refused)
    with clock.standing_at(make.MOMENT + timedelta(minutes=61)):
        assert "检查过了一小时" in text(carry_out(admin, page))
    assert "重新传一次文件" in text(admin.post(f"{URL}/do"))
    assert admin.post(f"{URL}/do", {"kept": kept(page)[:-4] + "AAAA"}).status_code == 422
    assert not User.objects.filter(name="张一").exists()


def test_bad_rows_come_back_as_a_file_to_mend(store, admin):
    formula = '=HYPERLINK("http://evil.example")'
    page = upload(admin, xlsx(["张一", "zhangyi", "业务员"], [formula, "zhanger", "销售", "+1", "@x", "-2"]))
    answer = admin.post(f"{URL}/errors.xlsx", {"kept": kept(page)})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    heading, bad = list(book.worksheets[0].iter_rows())
    assert [c.value for c in heading] == [*HEADING, "原因"]
    assert [c.value for c in bad][:6] == [formula, "zhanger", "销售", "+1", "@x", "-2"]
    assert {c.data_type for c in bad} == {"s"}, "no formula"
    assert "邮箱写得不对" in bad[6].value
    again = upload(admin, answer.content)
    assert "邮箱写得不对" in text(again), "the file with the reasons can be brought again"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_template_is_read_back_in_either_language(store, admin, language):
    make.agency("安居公司")
    admin.post("/language", {"language": language})
    book = openpyxl.load_workbook(io.BytesIO(admin.get(f"{URL}/template.xlsx").content))
    first, lists = book.worksheets
    roles = [cell.value for cell in lists["A"]][1:]
    assert len(roles) == len(Role)
    assert [cell.value for cell in lists["C"] if cell.value][1:] == ["秀兰", "安居公司"]
    for i, role in enumerate(roles):
        company = "安居公司" if i == list(Role).index(Role.AGENT) else ""
        first.append([f"新人{i}", f"new{i}", role, "", company, ""])
    file = io.BytesIO()
    book.save(file)
    carry_out(admin, upload(admin, file.getvalue()))
    assert User.objects.filter(username__startswith="new").count() == len(Role)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("comma", [",", ";", "\t"])
def test_csv_in_the_encodings_that_people_have(store, admin, encoding, comma):
    file = io.StringIO()
    csv.writer(file, delimiter=comma).writerows([["姓名", "账号", "角色"], [], ["张一", "zhangyi", "业务员"]])
    page = upload(admin, file.getvalue().encode(encoding), "people.csv")
    assert "导入这 1 行" in text(page)
    assert "第 3 行" not in text(page)
    assert ">3</td>" in text(page), "the row is numbered as in the file"


def test_numbers_dates_and_breaks_in_cells_are_read_as_people_see_them(store):
    book = openpyxl.Workbook()
    book.active.append(["姓名", "账号", "角色"])
    book.active.append([" 张\n一 ", 1001.0, "业务员"])
    book.active.append(["=1+1", 13912343333, True])
    file = io.BytesIO()
    book.save(file)
    found = sheets.read(file.getvalue())
    assert [cells[:3] for _n, cells in found] == [HEADING[:3], ["张 一", "1001", "业务员"], ["", "13912343333", "True"]]


def bomb():
    """An XLSX that unpacks to 40 MB."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["张一", "zhangyi", "业务员"]))) as good, zipfile.ZipFile(file, "w", 8) as bad:
        for name in good.namelist():
            bad.writestr(name, b" " * 40_000_000 if name.endswith("sharedStrings.xml") else good.read(name))
    return file.getvalue()


def laughs():
    """An XLSX whose strings grow without end when they are read."""
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 12))
    strings = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "haha">{entities}]><sst><si><t>&a11;</t></si></sst>'
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx(["张一", "zhangyi", "业务员"]))) as good, zipfile.ZipFile(file, "w", 8) as bad:
        for name in good.namelist():
            bad.writestr(name, strings if name.endswith("sharedStrings.xml") else good.read(name))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"", "表格里没有人"),
        (lambda: xlsx(), "表格里没有人"),
        (lambda: xlsx(["", " ", ""]), "表格里没有人"),
        (lambda: xlsx(["张一", "zhangyi"], heading=["名字", "号"]), "第一行要写：姓名、账号、角色"),
        (lambda: b"\x89PNG\r\n\x1a\n\0\0\0", "打不开"),
        (lambda: b"PK\x03\x04 broken", "打不开"),
        (lambda: xlsx(["张一", "zhangyi", "业务员"])[:-200], "打不开"),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "这是旧的 .xls"),
        (lambda: b"x" * 5_000_001, "文件超过 5 MB"),
        (lambda: xlsx(*[[f"新{i}", f"n{i}", "业务员"] for i in range(2001)]), "一次最多 2,000 行"),
        (bomb, "这个文件展开后太大"),
        (laughs, "打不开"),
        (lambda: b'"' + b"a" * 200_000, "打不开"),
    ],
    ids=[
        "nothing", "heading-only", "blank-rows", "other-heading", "picture", "broken-zip", "cut-off", "old-xls", "too-big",
        "too-many-rows", "zip-bomb", "xml-bomb", "endless-cell",
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_people(store, admin, content, sentence):
    page = upload(admin, content())
    assert page.status_code == 422
    assert sentence in text(page)
    assert not Entry.objects.filter(action="people.import").exists()


def test_no_file_at_all(store, admin):
    page = admin.post(URL)
    assert page.status_code == 422
    assert "选一个文件" in text(page)


def test_a_row_far_down_is_read_and_columns_far_right_are_not(store):
    book = openpyxl.Workbook()
    book.active.append(["姓名", "账号", "角色"])
    book.active.cell(50_000, 1, "张一")
    book.active.cell(50_000, 500, "远")
    file = io.BytesIO()
    book.save(file)
    assert sheets.read(file.getvalue())[1] == (50_000, ["张一"] + [""] * (sheets.MOST_COLUMNS - 1))


def test_a_whole_company_comes_in_one_go(store, admin, django_assert_max_num_queries):
    rows = [row(i, f"新人{i}", f"n{i}") for i in range(2, 302)]
    with django_assert_max_num_queries(12):
        plan(rows, store.project, make.MOMENT)
    with django_assert_max_num_queries(30):
        came = services.import_people(rows=rows, project=store.project, by=store.admin.user, at=make.MOMENT)
    assert len(came) == 300
    assert all(user.history.count() == 1 for user in came[:3])


def test_the_headings_are_those_that_are_read(store):
    assert headings() == HEADING
