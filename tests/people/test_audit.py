"""审计日志: found by person, act, thing, day and address; in words, with why and from where; reading it is on record too."""

import ast
import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from people.audit import ACTIONS, THINGS
from people.audit_details import NAMES
from people.forms.audit import AuditForm
from people.upkeep import verify_history
from tests import make
from tests.programs import program
from trail import clock
from trail.models import Entry, Seal
from trail.origin import coming_from
from trail.services import note
from visits.incidents.steps import EVER, IN_SHORT

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
DAY = timedelta(days=1)
ROOT = Path(__file__).parents[2]
APPS = ("trail", "people", "leads", "visits", "arbitration", "penalties", "finance")


@pytest.fixture
def told(store):
    """Six lines of four days, one of them of another project."""
    rows = [
        (store.li, "phone.reveal", "customer:12", 0, "203.0.113.7", {"reason": "约周六到店"}),
        (store.wang, "visits.export", "project:store", 1, "203.0.113.8", {"lines": 40, "whole": False}),
        (store.manager, "collision.rule", "collision:ZD-250428-0001", 2, "2001:db8::1", {"ruling": "CD-250428-0002"}),
        (store.general, "membership.add", "user:7", 3, None, {"role": "manager"}),
    ]
    for here, action, subject, days, address, detail in rows:
        with coming_from(address):
            given = {"action": action, "subject": subject, "at": make.MOMENT - days * DAY, "project": "store"}
            note(by=here.user.pk, **given, **detail)
    note(by="system", action="job.drop", subject="job:x", at=make.MOMENT - DAY, project="")
    note(by=store.li.user.pk, action="phone.reveal", subject="customer:12", at=make.MOMENT, project="estate")
    return {here.user.name: str(here.user.pk) for here, *_more in rows}


def found(client, **asked):
    page = client.get("/audit", asked)
    assert page.status_code == 200
    return page.context["lines"]


def deeds(lines):
    return [line["did"] for line in lines if not line["did"].startswith("看了审计")]


@pytest.fixture
def auditor(store, signed_in):
    return signed_in(store.general)


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ({}, ["查看整号", "不再管一个任务", "导出到访本", "裁定撞单", "加了角色"]),
        ({"by": "李强"}, ["查看整号"]), ({"by": "system"}, ["不再管一个任务"]), ({"act": "collision.rule"}, ["裁定撞单"]),
        ({"act": "collision"}, ["裁定撞单"]), ({"act": "collision.open"}, []), ({"about": "ZD-250428-0001"}, ["裁定撞单"]),
        ({"about": "customer:12"}, ["查看整号"]), ({"about": "ZD-250428-0009"}, []),
        ({"since": "2025-04-27", "until": "2025-04-27"}, ["不再管一个任务", "导出到访本"]),
        ({"until": "2025-04-26"}, ["裁定撞单", "加了角色"]),
        ({"address": "203.0.113.8"}, ["导出到访本"]), ({"address": "2001:0db8::0001"}, ["裁定撞单"]),
        ({"by": "李强", "act": "visits.export"}, []),
    ],
)  # fmt: skip
def test_it_is_found_by(store, told, auditor, asked, wanted):
    asked = {name: told.get(value, value) for name, value in asked.items()}
    lines = [line for line in deeds(found(auditor, **asked)) if line != "启用制度"]  # as the store began
    assert lines == wanted


def test_a_line_says_why_and_from_where_in_words(store, told, auditor):
    reveal = found(auditor, act="phone.reveal")[0]
    assert (reveal["who"], reveal["what"], reveal["why"], reveal["address"]) == (
        "李强",
        "客户 12",
        "理由：约周六到店",
        "203.0.113.7",
    )
    assert found(auditor, act="membership.add")[0]["why"] == "角色：主管"
    assert found(auditor, act="visits.export")[0]["why"] == "行数：40 · 整号：否"
    store.general.user.language = "en"
    store.general.user.save()
    assert "Reason: 约周六到店" in auditor.get("/audit", {"act": "phone.reveal"}).content.decode()


def test_what_was_done_of_a_hand_over_is_said_in_words(store, auditor):
    for action, detail in (
        ("handover.books", {"books": ["collection", "visit"]}),
        ("handover.sign", {"as_": "finance"}),
    ):
        note(
            by=store.general.user.pk, action=action, subject="handover:JJ-1", at=make.MOMENT, project="store", **detail
        )
    assert found(auditor, act="handover.books")[0]["why"] == "本子：收集本、到访本"
    assert found(auditor, act="handover.sign")[0]["why"] == "以什么身份：财务签字"


def test_what_was_done_of_an_incident_is_said_in_words(store, auditor):
    """A step by its name; where two kinds word it each in its own way, by what they have in common."""
    for action, detail in (
        ("incident.open", {"kind": "walkout"}),
        ("incident.step", {"step": "evidence"}),
        ("incident.note", {"step": "investigate"}),
        ("incident.cause", {"cause": "defect"}),
        ("incident.close", {"undone": ["retrospect", "report_up"]}),
    ):
        note(by=store.desk.user.pk, action=action, subject="incident:SJ-1", at=make.MOMENT, project="store", **detail)
    said = {line["did"]: line["why"] for line in found(auditor, act="incident")}
    assert said == {
        "记下投诉或事件": "哪一种：顾客跑单", "做完事件的一步": "步骤：保留现场证据", "补充了事件的说明": "步骤：调查",
        "写了投诉的原因": "起因：产品缺陷", "结了投诉或事件": "没做的：总结，定改进措施、向上级汇报",
    }  # fmt: skip
    worded = {code: {str(step.label) for (_kind, other), step in EVER.items() if other == code} for _k, code in EVER}
    assert all(labels == {str(IN_SHORT[code])} for code, labels in worded.items() if len(labels) == 1)
    assert {code for code, labels in worded.items() if len(labels) > 1} == {"investigate", "report_up"}


def test_codes_stand_in_the_log_by_their_names(store, auditor):
    """What a choice is called on its own page; what came of a trial of a channel, as its page said it."""
    for action, detail in (
        ("request.take", {"kind": "erase"}),
        ("request.close", {"state": "refused"}),
        ("customer.corrected", {"fields": ["name", "number"]}),
        ("visit.correct", {"fields": ["left_at"]}),
        ("appeal.decide", {"outcome": "upheld"}),
        ("routine.finish", {"kind": "visit_report", "late": False}),
        ("export.ask", {"kind": "splits", "form": "xlsx"}),
        ("provider.add", {"kind": "dingtalk"}),
        ("sms.try", {"said": "sms_number"}),
        ("robot.try", {"said": "sent"}),
    ):
        note(by=store.sun.user.pk, action=action, subject="job:x", at=make.MOMENT, project="store", **detail)
    said = {line["did"]: line["why"] for line in found(auditor, by=str(store.sun.user.pk))}
    assert said == {
        "记下了客户的个人信息要求": "哪一种：删除", "办完了个人信息要求": "状态：没有办", "更正了客户的资料": "哪几项：姓名、手机号",
        "更正到访": "哪几项：离开时间", "处理申诉": "结果：维持原裁定", "做完例行工作": "哪一种：客户拜访周报 · 过了期限：否",
        "导出结算": "文件：Excel · 哪一种：分成明细", "加了登录方式": "哪一种：钉钉",
        "试短信通道": "结果：短信通道不收这个号码。核对工作手机", "试了群机器人": "结果：发出了",
    }  # fmt: skip


@pytest.mark.parametrize(
    "asked", [{"about": make.PHONE}, {"about": "1 or 1=1"}, {"address": "example.com"}, {"since": "yesterday"}, {"by": "999999"}]
)  # fmt: skip
def test_what_is_typed_wrongly_is_said_at_its_field_and_searched_for_nowhere(auditor, asked):
    page = auditor.get("/audit", asked)
    assert page.status_code == 422
    assert 'class="err"' in page.content.decode()


def test_page_by_page_none_is_missed_or_told_twice_while_more_is_written(store, auditor):
    for n in range(120):
        note(
            by="system",
            action="job.drop",
            subject=f"job:{n}",
            at=make.MOMENT - (n // 7) * DAY,
            project="store" if n % 2 else "",
        )
    seen, after = [], ""
    for _page in range(5):
        page = auditor.get("/audit", {"act": "job.drop", **({"after": after} if after else {})})
        seen += [line["what"] for line in page.context["lines"]]
        after = page.context["after"]
        if after is None:
            break
    assert len(seen) == len(set(seen)) == 120


def test_a_page_is_found_without_counting(store, told, auditor):
    with CaptureQueriesContext(connection) as asked:
        found(auditor)
    ours = [
        query["sql"] for query in asked if "trail_entry" in query["sql"] and query["sql"].startswith(("SELECT", "("))
    ]
    assert ours
    assert not any("COUNT(" in sql for sql in ours)


def test_a_cursor_of_somebody_elses_making_leads_to_the_beginning_and_over_the_api_is_refused(store, told, auditor):
    assert deeds(found(auditor, after="nonsense"))[0] == "查看整号"
    assert program(store.general).get("audit", cursor="nonsense").json()["code"] == "cursor_wrong"


def test_reading_and_searching_is_on_record_by_what_not_for_what(store, told, auditor):
    found(auditor)
    found(auditor, by=told["李强"], address="203.0.113.7")
    program(store.general).get("audit", by=told["李强"])
    lines = Entry.objects.filter(action="audit.read", actor=str(store.general.user.pk)).order_by("pk")
    assert [line.detail for line in lines] == [{}, {"fields": ["by", "address"]}, {"fields": ["by"]}]
    assert {line.address for line in lines} == {"127.0.0.1"}
    assert len(found(auditor, act="audit.read")) == 3


def test_it_is_exported_with_proof_and_the_export_is_on_record(store, told, auditor):
    asked = {"act": "phone.reveal"}
    assert auditor.get("/audit/csv", asked).status_code == 302
    assert not Entry.objects.filter(action="audit.export").exists()
    answer = make.proven(auditor).get("/audit/csv", asked)
    rows = list(csv.reader(io.StringIO(make.read(answer).decode("utf-8-sig"))))
    assert rows[0] == ["时间", "谁", "做了什么", "对什么", "说明", "从哪里"]
    assert rows[1:] == [["2025-04-28 14:05:00", "李强", "查看整号", "客户 12", "理由：约周六到店", "203.0.113.7"]]
    assert Entry.objects.get(action="audit.export").detail == {"fields": ["act"]}


def test_of_a_search_with_a_mistake_there_is_no_file_of_everything(store, told, auditor):
    answer = make.proven(auditor).get("/audit/csv", {"about": make.PHONE})
    assert answer.url.startswith("/audit?about=")
    assert not Entry.objects.filter(action="audit.export").exists()


def test_over_the_api_it_is_searched_as_on_the_page(store, told):
    api = program(store.general)
    line = api.get("audit", kind="phone", by=told["李强"]).json()["results"][0]
    assert (line["action"], line["subject"], line["by"], line["who"]) == (
        "phone.reveal",
        "customer:12",
        told["李强"],
        "李强",
    )
    assert (line["detail"], line["address"]) == ({"reason": "约周六到店"}, "203.0.113.7")
    first = api.get("audit", limit=2).json()
    second = api.get("audit", limit=2, cursor=first["next"]).json()
    ids = [row["id"] for row in first["results"] + second["results"]]
    assert len(set(ids)) == 4
    for wrong in ({"kind": "nonsense"}, {"no": make.PHONE}, {"since": "yesterday"}, {"address": "x"}, {"by": "x"}):
        assert api.get("audit", **wrong).status_code == 422, wrong


def test_the_last_seal_and_the_last_verification_stand_on_the_page(store, auditor, settings, tmp_path):
    settings.GUISHU_SEALS_FILE = str(tmp_path / "seals.txt")
    assert "还没有，每晚 2 点 10 分核对" in auditor.get("/audit").content.decode()
    make.registered(store.li, make.MOMENT)
    with clock.standing_at(make.MOMENT + DAY):
        verify_history.func()
        page = auditor.get("/audit").content.decode()
    seal = Seal.objects.order_by("-number").first()
    name = f"{seal.number}:{bytes(seal.digest).hex()}"
    assert "没有被改过" in page
    assert name in page
    assert (tmp_path / "seals.txt").read_text() == f"2025-04-29T06:05:00Z {name}\n"
    assert Entry.objects.get(action="history.verified").detail == {"seal": seal.number}


def keywords_of_notes():
    """What lines say beside who did what, as the code gives it by name: `trail.note(…, days=30)`."""
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"note", "_note"}:
                    yield from (word.arg for word in node.keywords if word.arg)


def test_whatever_a_line_says_more_has_a_name_in_the_readers_language():
    said = set(keywords_of_notes())
    assert len(said) > 80
    assert said - {"by", "action", "subject", "at", "project"} - set(NAMES) == set()


def test_a_line_names_people_and_choices_and_what_the_clock_did(store, auditor):
    given = {"at": make.MOMENT, "project": "store"}
    who = str(store.li.user.pk)
    note(by="clock", action="visit.pass_on", subject="visit:DF-1", **given)
    note(by=who, action="transfer.ask", subject="transfer:ZJ-1", to=store.wang.user.pk, consent="department", **given)
    lines = {line["did"]: line for line in found(auditor)}
    assert lines["叫了下一位接待"]["who"] == "系统"
    assert lines["提出了转交客户"]["why"] == f"给谁：{store.wang.user.name} · 谁同意：部门批准"


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_is_searched_for_has_a_name_and_no_code(store, language):
    with translation.override(language):
        groups = {str(label) for label, _acts in AuditForm(here=store.admin).fields["act"].choices if label}
    assert {action.partition(".")[0] for action in ACTIONS} <= THINGS.keys()
    assert all(word.isascii() == (language == "en") or word == "Webhook" for word in groups), groups
