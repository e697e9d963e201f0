"""Files and call lists on the pages of a case: without JavaScript, with sentences, and handed out so that nothing of them runs."""

import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from arbitration.models import Attachment, CaseEvent, Collision
from leads import vault
from tests import agencies, make
from tests.arbitration.test_call_files import MOBILE
from tests.evidence_files import covered, photo, stage, submit
from tests.hostile_files import SCRIPT, pdf, with_place
from tests.test_queries import queries

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
SAYS = {"kind": "call_list", "says": "三月的清单"}
LIST = {"issuer": "china_mobile", "official": "on", "own": agencies.ANJU, "customer": make.PHONE}


@pytest.fixture
def case(estate):
    return agencies.reported(estate)


def bring(client, case, content, name="a.jpg", **given):
    sent = SimpleUploadedFile(name, content, content_type="text/html")
    return client.post(f"/cases/{case.no}/files", SAYS | given | {"file": sent})


def text(answer):
    return answer.content.decode()


def shown(client, case, pk=None):
    return text(client.get(f"/cases/{case.no}" + (f"/files/{pk}" if pk else "")))


def links(client, case, pk):
    return re.findall(rf'"(/cases/{case.no}/open/[^"]+)"', shown(client, case, pk))


def test_a_file_is_staged_looked_at_submitted_and_taken_away(estate, case, signed_in):
    client = signed_in(estate.anju)
    assert bring(client, case, with_place(), name="../../户口本\u202egpj.exe").status_code == 302
    file = Attachment.objects.get()
    page = shown(client, case)
    assert "还没提交，只有你看得到" in page
    assert "exe" not in page
    answer = client.post(f"/cases/{case.no}/files/submit", {"which": [file.pk]}, follow=True)
    assert "提交了 1 份" in text(answer)
    taken, original, picture = links(client, case, file.pk)
    seen, whole, sent = (client.get(link) for link in (picture, taken, original))
    assert Image.open(io.BytesIO(seen.content)).size == (80, 120)
    assert "Content-Disposition" not in seen.headers
    assert whole.headers["Content-Disposition"] == f'attachment; filename="{case.no}-1-copy.jpg"'
    assert (sent.content, sent.headers["Content-Type"]) == (with_place(), "application/octet-stream")
    assert sent.headers["Content-Disposition"] == f'attachment; filename="{case.no}-1.jpg"'
    for answer in (seen, whole, sent):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("content", "given", "sentence"),
    [
        (SCRIPT, {}, "看的是内容"), (b"", {}, "文件是空的"), (photo(), {"says": ""}, "这份证据说明什么"),
        (photo(), {"kind": ""}, "选是什么文件"), (photo(), {"says": "打 13912343333"}, "别写电话号码"),
    ],
)  # fmt: skip
def test_what_is_not_taken_comes_back_with_a_sentence(estate, case, signed_in, content, given, sentence):
    answer = bring(signed_in(estate.anju), case, content, **given)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Attachment.objects.exists()


def test_the_other_side_finds_no_way_in(estate, case, signed_in):
    """trust.md G18: another party, a stranger, and whoever has an old link."""
    file = submit(estate.anju, case, says="三月九日的通话")
    mine, other = signed_in(estate.anju), signed_in(estate.hengxin)
    page = shown(other, case)
    assert "内容裁定以后才看得到，号码和隐私会遮住" in page
    assert "三月九日的通话" not in page
    assert other.get(f"/cases/{case.no}/files/{file.pk}").status_code == 404
    for link in links(mine, case, file.pk):
        assert other.get(link).status_code == 404
    for act in ("cover", "withdraw"):
        assert other.post(f"/cases/{case.no}/files/{file.pk}/{act}", {"whole": ["0"]}).status_code == 404
    stranger = make.person("e_third", "孙晓", "agent", estate.project, organisation=make.agency("三家"))
    assert signed_in(stranger).get(f"/cases/{case.no}/files/{file.pk}").status_code == 404


def test_after_the_ruling_the_other_side_opens_the_covered_copy_only(estate, case, signed_in):
    bare, file = submit(estate.anju, case, colour=1), submit(estate.anju, case, says="三月九日的通话")
    covered(estate.anju, file)
    Collision.objects.update(state=Collision.State.RULED)
    client = signed_in(estate.hengxin)
    page = shown(client, case)
    assert "三月九日的通话" in page
    assert "没有遮过的副本" in page
    assert client.get(f"/cases/{case.no}/files/{bare.pk}").status_code == 404
    taken, picture = links(client, case, file.pk)
    assert client.get(picture).content == photo(99)
    assert client.get(taken).content == photo(99)
    assert "下载原件" not in shown(client, case, file.pk)


def test_whoever_rules_covers_a_page_of_a_pdf_without_javascript(estate, case, signed_in):
    agent, manager = signed_in(estate.anju), signed_in(estate.manager)
    assert bring(agent, case, pdf(pages=2), name="x.pdf", kind="proof").status_code == 302
    file = Attachment.objects.get()
    agent.post(f"/cases/{case.no}/files/submit", {"which": [file.pk]})
    at = f"/cases/{case.no}/files/{file.pk}/cover"
    for boxes, sentence in (
        ("1 10 10", "第 1 行写成五个数"),
        ("9 1 1 5 5", "先框出要遮住的地方"),
        ("", "先框出要遮住的地方"),
    ):
        answer = manager.post(at, {"boxes": boxes})
        assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert manager.post(at, {"boxes": "1 0 0 50 100", "whole": ["1"]}).status_code == 302
    *_rest, first, second = links(manager, case, file.pk)
    one, two = (Image.open(io.BytesIO(manager.get(link).content)) for link in (first, second))
    assert one.getpixel((5, 5)) == two.getpixel((5, 5)) == two.getpixel((two.width - 3, 5)) == (0, 0, 0)
    assert min(one.getpixel((one.width - 3, 5))) > 250


def test_a_withdrawn_file_is_gone_and_a_stale_submit_says_so(estate, case, signed_in):
    client, file = signed_in(estate.anju), stage(estate.anju, case)
    assert client.post(f"/cases/{case.no}/files/{file.pk}/withdraw").status_code == 302
    assert client.get(f"/cases/{case.no}/files/{file.pk}").status_code == 404
    answer = client.post(f"/cases/{case.no}/files/submit", {"which": [file.pk]})
    assert (answer.status_code, "没有可以提交的文件" in text(answer)) == (409, True)


def test_calls_are_typed_line_by_line_and_lines_are_added_without_javascript(estate, case, signed_in):
    client, file = signed_in(estate.anju), stage(estate.anju, case)
    at = f"/cases/{case.no}/calls"
    typed = LIST | {"rows": "3", "at_0": "2025-03-09T10:20", "way_0": "out", "file": file.pk}
    more = client.post(at, typed | {"more": "1"})
    assert (more.status_code, text(more).count('type="datetime-local"')) == (200, 6)
    assert 'value="2025-03-09T10:20"' in text(more)
    assert client.post(at, typed | {"rows": "6", "at_4": "2025-03-09T18:40", "way_4": "in"}).status_code == 302
    first, second = CaseEvent.objects.filter(type="call_list").order_by("pk")
    assert (first.payload["outgoing"], second.payload["outgoing"]) == (True, False)
    file.refresh_from_db()
    assert (file.state, file.event) == ("submitted", first)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"at_0": ""}, "写明通话时间"), ({"way_0": ""}, "选谁打给谁"), ({"at_0": "gestern"}, "时间写成"), ({"issuer": ""}, "选一家运营商"),
        ({"at_0": "2025-05-09T10:20"}, "通话时间还没有到"), ({"customer": "139****3333"}, "通话清单要写整号"),
        ({"way_1": "in"}, "写明通话时间"), ({"at_1": "2025-03-09T10:20", "way_1": "in"}, "已经记过了"),
    ],
)  # fmt: skip
def test_a_call_that_is_not_whole_comes_back_and_nothing_is_stored(estate, case, signed_in, change, sentence):
    typed = LIST | {"rows": "3", "at_0": "2025-03-09T10:20", "way_0": "out"} | change
    answer = signed_in(estate.anju).post(f"/cases/{case.no}/calls", typed)
    assert answer.status_code in (409, 422)
    assert sentence in text(answer)
    assert not CaseEvent.objects.filter(type="call_list").exists()


def test_of_an_operators_file_only_the_customers_lines_are_kept(estate, case, signed_in):
    """D07-8.3 to 8.5: tried first, then kept; the others' numbers are stored nowhere."""
    client = signed_in(estate.anju)
    sent = SimpleUploadedFile("a.csv", MOBILE.encode("gbk"))
    tried = client.post(f"/cases/{case.no}/calls/file", LIST | {"file": sent})
    assert "2025-03-07 09:01:02 · 主叫 · 1分23秒" in text(tried)
    assert "其他人的 1 条不保存" in text(tried)
    assert "13700001111" not in text(tried)
    assert not Attachment.objects.exists()
    parcel = re.search(r'name="parcel" value="([^"]+)"', text(tried))[1]
    assert client.post(f"/cases/{case.no}/calls/keep", {"parcel": parcel, "rows": ["5", "6"]}).status_code == 302
    file, first = Attachment.objects.get(), CaseEvent.objects.filter(type="call_list").order_by("pk")[0]
    kept = vault.unseal_bytes(file.content.original).decode()
    assert ("13912343333" in kept, "13700001111" in kept, kept.count("\n")) == (True, False, 3)
    assert (file.state, file.event, file.size) == ("submitted", first, len(MOBILE.encode("gbk")))
    assert "从清单里留下 2 条" in shown(client, case)
    assert "没有图片，只能下载" in shown(client, case, file.pk)


def test_a_parcel_is_one_persons_one_cases_and_not_for_ever(estate, case, signed_in):
    client, at = signed_in(estate.anju), f"/cases/{case.no}/calls"
    tried = client.post(f"{at}/file", LIST | {"file": SimpleUploadedFile("a.csv", MOBILE.encode())})
    parcel = re.search(r'name="parcel" value="([^"]+)"', text(tried))[1]
    for who, given in ((estate.hengxin, parcel), (estate.anju, parcel[:-8] + "AAAAAAA="), (estate.anju, "x")):
        answer = signed_in(who).post(f"{at}/keep", {"parcel": given, "rows": ["5"]})
        assert (answer.status_code, "要重新传一次" in text(answer)) == (409, True)
    answer = client.post(f"{at}/keep", {"parcel": parcel})
    assert (answer.status_code, "至少选一条通话" in text(answer)) == (422, True)
    assert not CaseEvent.objects.filter(type="call_list").exists()


def test_a_file_of_another_number_is_refused_where_the_number_stands(estate, case, signed_in):
    sent = {"file": SimpleUploadedFile("a.csv", MOBILE.replace("13805510001", "13700009999").encode())}
    answer = signed_in(estate.anju).post(f"/cases/{case.no}/calls/file", LIST | sent)
    assert (answer.status_code, "清单是另一个号码的" in text(answer)) == (422, True)


def test_only_a_party_brings_calls(estate, case, signed_in):
    assert signed_in(estate.anju).get(f"/cases/{case.no}/calls").status_code == 200
    stranger = make.person("e_third", "孙晓", "agent", estate.project, organisation=make.agency("三家"))
    assert signed_in(stranger).get(f"/cases/{case.no}/calls").status_code == 404
    assert signed_in(estate.manager).get(f"/cases/{case.no}/calls").status_code == 404


def test_more_files_ask_the_database_no_more(estate, case, signed_in):
    client = signed_in(estate.manager)
    submit(estate.anju, case)
    once = queries(client, f"/cases/{case.no}")
    for colour in range(1, 6):
        submit(estate.anju, case, colour=colour)
    assert queries(client, f"/cases/{case.no}") <= once  # the first click of a session also notes when it was seen
    file = Attachment.objects.first()
    assert queries(client, f"/cases/{case.no}/files/{file.pk}") <= 20
    assert queries(signed_in(estate.anju), f"/cases/{case.no}/calls") <= 20
