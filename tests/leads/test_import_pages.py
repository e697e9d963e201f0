"""导入 as people see it: bring, look, import, put right, confirm; by page and by program, without JavaScript."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from leads.models import ImportRun, Ownership, Registration
from people import sheets
from tests import make, programs

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
GOOD, BAD = "张三,13910000001", "李四,1391234"


def text(response):
    return response.content.decode()


def upload(client, content, kind="leads", name="名单.csv"):
    return client.post("/import", {"kind": kind, "file": SimpleUploadedFile(name, content)})


def brought(client, do_jobs, *lines, head="姓名,手机号", kind="leads"):
    """A file that was brought and tried: its run."""
    answer = upload(client, "\n".join([head, *lines]).encode(), kind)
    assert answer.status_code == 302, text(answer)
    do_jobs()
    return ImportRun.objects.latest("pk")


def test_a_file_is_tried_then_imported_and_its_bad_rows_come_back(store, signed_in, do_jobs):
    client = signed_in(store.li)
    run = brought(client, do_jobs, GOOD, BAD)
    page = text(client.get(f"/import/{run.no}"))
    assert "现在还什么都没写" in page
    assert "导入这 1 行" in page
    assert Registration.objects.count() == 0
    assert client.post(f"/import/{run.no}/begin").status_code == 302
    do_jobs()
    page = text(client.get(f"/import/{run.no}"))
    assert "导入完" in page
    assert "手机号要 11 位，现在是 7 位" in page
    assert Registration.objects.get().by == store.li.user


def test_what_was_not_taken_is_put_right_and_brought_again(store, signed_in, do_jobs):
    client = signed_in(store.li)
    run = brought(client, do_jobs, GOOD, BAD)
    client.post(f"/import/{run.no}/begin")
    do_jobs()
    file = make.read(client.get(f"/import/{run.no}/errors/xlsx"))
    heading, row = sheets.read(file)
    assert heading[1][:3] == ["姓名", "手机号", "原因"]
    assert row[1][:3] == ["李四", "1391234", "手机号要 11 位，现在是 7 位"]
    mended = sheets.write("名单", heading[1][:3], [["李四", "13910000002", row[1][2]]])
    assert upload(client, mended, name="名单.xlsx").status_code == 302
    do_jobs()
    assert ImportRun.objects.latest("pk").counts == {"ready": 1}


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_looks_like_a_formula_stays_text_and_comes_back_as_it_was(store, signed_in, do_jobs, form):
    client = signed_in(store.li)
    run = brought(client, do_jobs, '"=HYPERLINK(""http://x"")",139', "@cmd,1390000", "-1+2,+86139")
    file = make.read(client.get(f"/import/{run.no}/errors/{form}"))
    cells = [cell for _line, row in sheets.read(file)[1:] for cell in row[:2]]
    assert cells == ['\'=HYPERLINK("http://x")', "139", "'@cmd", "1390000", "'-1+2", "'+86139"]
    upload(client, file, name=f"a.{form}")
    do_jobs()
    again = ImportRun.objects.latest("pk")
    assert "-1+2 · +86139" in text(client.get(f"/import/{again.no}"))


def test_the_template_can_be_brought_as_it_is(store, signed_in, do_jobs):
    client = signed_in(store.manager)
    for kind in ("leads", "ownership"):
        upload(client, client.get(f"/import/template/{kind}").content, kind, "模板.xlsx")
        do_jobs()
        assert ImportRun.objects.latest("pk").counts == {"new": 1}
    assert signed_in(store.li).get("/import/template/ownership").status_code == 404


def test_the_page_looks_again_by_itself_only_while_somebody_works_at_it(store, signed_in, do_jobs):
    client = signed_in(store.li)
    upload(client, f"姓名,手机号\n{GOOD}".encode())
    run = ImportRun.objects.get()
    assert 'hx-trigger="every 2s"' in text(client.get(f"/import/{run.no}"))
    do_jobs()
    assert "hx-trigger" not in text(client.get(f"/import/{run.no}")).partition('id="run"')[2].partition("</main>")[0]


def test_what_is_to_be_corrected_stands_before_what_is_known(store, signed_in, do_jobs):
    good = [f"张建国,1391000{i:04d}" for i in range(60)]
    client = signed_in(store.li)
    for lines in (good, [*good, BAD]):
        run = brought(client, do_jobs, *lines)
        client.post(f"/import/{run.no}/begin")
        do_jobs()
    rows = text(client.get(f"/import/{run.no}")).partition("</caption>")[2]
    assert 0 < rows.index("手机号要 11 位") < rows.index("已是他的客户")


def test_the_same_file_twice_is_said(store, signed_in, do_jobs):
    client = signed_in(store.li)
    first = brought(client, do_jobs, GOOD)
    client.post(f"/import/{first.no}/begin")
    do_jobs()
    second = brought(client, do_jobs, GOOD)
    assert f'<a href="/import/{first.no}">' in text(client.get(f"/import/{second.no}"))


def test_a_number_is_masked_on_the_page(store, signed_in, do_jobs):
    make.registered(store.wang, make.at("2025-04-01 10:00"), number="13910000001")
    client = signed_in(store.manager)
    run = brought(client, do_jobs, "张三,13910000001,李强", head="姓名,手机号,业务员")
    page = text(client.get(f"/import/{run.no}"))
    assert "139****0001" in page
    assert "13910000001" not in page
    assert "13910000001" not in text(signed_in(store.general).get(f"/import/{run.no}"))


def test_management_confirms_imported_ownership_and_is_reminded(store, signed_in, do_jobs):
    client = signed_in(store.manager)
    run = brought(
        client, do_jobs, "张三,13910000001,李强,2024-03-03", head="姓名,手机号,业务员,归属开始", kind="ownership"
    )
    client.post(f"/import/{run.no}/begin")
    do_jobs()
    general = signed_in(store.general)
    assert "待主管确认" in text(general.get("/import"))
    ImportRun.objects.update(ended_at=make.at("2025-03-01 10:00"))
    assert "过了 30 天还没确认" in text(general.get(f"/import/{run.no}"))
    assert general.post(f"/import/{run.no}/confirm").status_code == 302
    assert "待主管确认" not in text(general.get("/import"))
    assert Ownership.objects.get().since == make.at("2024-03-03 00:00")


def test_a_file_that_is_dropped_is_gone(store, signed_in, do_jobs):
    client = signed_in(store.li)
    run = brought(client, do_jobs, GOOD)
    client.post(f"/import/{run.no}/drop")
    run.refresh_from_db()
    assert (run.state, run.sealed_file) == ("dropped", None)
    assert client.post(f"/import/{run.no}/begin").status_code == 409


def test_a_colleague_sees_nothing_of_a_run_that_is_not_theirs(store, signed_in, do_jobs):
    run = brought(signed_in(store.li), do_jobs, GOOD)
    wang = signed_in(store.wang)
    assert run.no not in text(wang.get("/import"))
    for path in (f"/import/{run.no}", f"/import/{run.no}/errors/csv"):
        assert wang.get(path).status_code == 404
    assert signed_in(store.manager).get(f"/import/{run.no}/errors/csv").status_code == 404


def test_a_salesperson_is_not_offered_ownership(store, signed_in):
    client = signed_in(store.li)
    assert "已有的归属" not in text(client.get("/import"))
    assert upload(client, b"x", kind="ownership").status_code == 422


def test_a_program_brings_a_file_and_begins_it(store, do_jobs):
    program = programs.program(store.li).client
    body = f"姓名,手机号\n{GOOD}\n{BAD}".encode()
    answer = program.post("/api/v1/imports?kind=leads&name=a.csv", body, content_type="application/octet-stream")
    assert answer.status_code == 201, answer.content
    there = answer["Location"]
    do_jobs()
    assert program.get(there).json()["state"] == "tried"
    (row,) = program.get(f"{there}/rows").json()["results"]
    assert (row["line"], row["code"]) == (3, "too_short")
    assert program.post(f"{there}/begin", content_type="application/json").status_code == 200
    do_jobs()
    assert program.get(there).json()["counts"] == {"new": 1, "wrong": 1}
    assert program.get("/api/v1/imports").json()["results"][0]["no"] == program.get(there).json()["no"]


def test_one_key_brings_a_file_once(store):
    program = programs.program(store.li).client
    head = {"headers": {"Idempotency-Key": "a"}, "content_type": "application/octet-stream"}
    for _again in range(2):
        program.post("/api/v1/imports?kind=leads", f"姓名,手机号\n{GOOD}".encode(), **head)
    assert ImportRun.objects.count() == 1


def test_the_error_sheet_holds_text_only(store, signed_in, do_jobs):
    client = signed_in(store.li)
    run = brought(client, do_jobs, "=1+1,1391234")
    book = openpyxl.load_workbook(io.BytesIO(make.read(client.get(f"/import/{run.no}/errors/xlsx"))))
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row} == {"s"}


def test_what_is_wrong_is_said_in_the_language_in_which_the_file_was_brought(store, signed_in, do_jobs):
    client = signed_in(store.li)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    run = brought(client, do_jobs, f"{GOOD},4/3/2025", head="姓名,手机号,报备时间")
    page = text(client.get(f"/import/{run.no}"))
    assert "Not a date we can read: write Reported at as" in page
    assert "claimed" not in page


def test_of_a_file_that_was_left_no_rows_are_offered(store, signed_in, do_jobs):
    client = signed_in(store.li)
    run = brought(client, do_jobs, GOOD, BAD)
    assert f"/import/{run.no}/errors/csv" in text(client.get(f"/import/{run.no}"))
    client.post(f"/import/{run.no}/drop")
    assert "/errors/" not in text(client.get(f"/import/{run.no}"))
