"""Files of a case: who may bring, submit, withdraw, cover and open them, and what the other side sees."""

from datetime import timedelta

import pytest

from arbitration import services
from arbitration.cases.attachments import Sight, Viewer, link_to, read_link, seen_file, seen_files
from arbitration.models import Attachment, AttachmentContent, Collision
from arbitration.services import attaching
from arbitration.uploads import Box
from leads import vault
from tests import agencies, make
from tests.evidence_files import covered, photo, stage, submit
from trail.models import Entry, Message
from trail.refusals import Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


@pytest.fixture
def case(estate):
    return agencies.reported(estate)


@pytest.fixture
def ruled(case):
    case.state = Collision.State.RULED
    case.save()
    return case


def refused(code, do, **given):
    with pytest.raises(Refusal) as caught:
        do(**given)
    assert caught.value.code == code


def sight(here, case, file):
    seen = seen_file(Viewer(here, Collision.objects.get(pk=case.pk)), file.pk)
    return seen.sight if seen else Sight.NOTHING


def test_what_was_brought_is_sealed_with_its_digest_and_a_name_of_ours(estate, case):
    file = stage(estate.anju, case)
    content = AttachmentContent.objects.get(attachment=file)
    assert photo() not in bytes(content.original) + bytes(content.shown)
    assert vault.unseal_bytes(content.original) == photo()
    assert (file.name, file.size, file.media_type) == (f"{case.no}-1.jpg", len(photo()), "image/jpeg")
    assert len(file.sha256) == 32


def test_nobody_else_sees_what_is_only_staged(estate, case):
    file = stage(estate.anju, case)
    assert sight(estate.anju, case, file) == Sight.WHOLE
    for other in (estate.hengxin, estate.counterpart, estate.manager, estate.general):
        assert sight(other, case, file) == Sight.NOTHING


def test_the_other_side_sees_that_there_is_one_and_who_rules_sees_it_whole(estate, case):
    file = submit(estate.anju, case)
    assert sight(estate.anju, case, file) == Sight.WHOLE
    assert sight(estate.hengxin, case, file) == Sight.EXISTS
    for judge in (estate.counterpart, estate.manager, estate.general):
        assert sight(judge, case, file) == Sight.WHOLE


def test_a_colleague_of_the_same_agency_who_is_a_party_sees_the_agencys_own(estate, case):
    other = make.person("e_second", "金波", "agent", estate.project, organisation=estate.anju.organisation)
    file = submit(estate.anju, case)
    assert sight(other, case, file) == Sight.EXISTS
    make.registered(other, make.at("2025-03-08 10:00"))
    assert sight(other, case, file) == Sight.WHOLE


def test_after_the_ruling_the_other_side_sees_the_last_covered_copy_and_never_the_original(estate, ruled):
    ruled.state = Collision.State.OPEN
    ruled.save()
    bare, file = submit(estate.anju, ruled, colour=1), submit(estate.anju, ruled)
    first, last = covered(estate.anju, file), covered(estate.manager, file)
    assert sight(estate.hengxin, ruled, file) == Sight.EXISTS
    Collision.objects.update(state=Collision.State.RULED)
    ruled.refresh_from_db()
    assert sight(estate.hengxin, ruled, bare) == Sight.EXISTS
    seen = seen_file(Viewer(estate.hengxin, ruled), file.pk)
    assert seen is not None
    assert (seen.sight, seen.copy, seen.covered) == (Sight.PAGES, last, ())

    def opened(row, what="0"):
        return services.open_file(here=estate.hengxin, case=ruled, file=row.pk, what=what, at=make.MOMENT)

    assert opened(last) is not None
    assert opened(last, "file") is not None
    assert [opened(row) for row in (file, bare, first)] == [None] * 3
    assert opened(last, "original") is None


def test_the_leader_of_one_side_is_the_other_side_to_the_other(store):
    """G-47: whoever leads one party does not read what the other brought."""
    make.registered(store.li, make.at("2025-04-01 10:00"))
    stranger = make.person("s_far", "外人", "salesperson", store.project)
    make.registered(stranger, make.at("2025-04-02 10:00"))
    case = Collision.objects.get()
    file = submit(stranger, case)
    assert sight(store.manager, case, file) == Sight.EXISTS
    assert sight(store.general, case, file) == Sight.WHOLE


def test_submitting_answers_the_task_and_tells_the_others_that_but_not_what(estate, case):
    case.state, case.evidence_due = Collision.State.EVIDENCE, make.MOMENT + timedelta(days=2)
    case.save()
    link = f"/cases/{case.no}"
    task = Message.objects.create(
        to=str(estate.anju.user.pk), kind="collision.evidence", sentence="x", link=link, to_do=True, at=make.MOMENT
    )
    version = case.version
    file = submit(estate.anju, case, says="三月九日打过")
    task.refresh_from_db()
    case.refresh_from_db()
    assert task.done_at == make.MOMENT
    assert (case.state, case.version) == (Collision.State.OPEN, version + 1)
    told = Message.objects.filter(kind="collision.file")
    assert list(told.values_list("to", flat=True)) == [str(estate.hengxin.user.pk)]
    assert "打过" not in f"{told[0].sentence}{told[0].facts}"
    assert file.submitted_at == make.MOMENT


def test_submitted_is_final_and_staged_can_be_taken_back_with_its_bytes(estate, case):
    staged, sent = stage(estate.anju, case), submit(estate.anju, case, colour=1)
    refused("file_final", services.withdraw_file, here=estate.anju, case=case, file=sent.pk, at=make.MOMENT)
    refused("no_such_file", services.withdraw_file, here=estate.hengxin, case=case, file=staged.pk, at=make.MOMENT)
    services.withdraw_file(here=estate.anju, case=case, file=staged.pk, at=make.MOMENT)
    assert not AttachmentContent.objects.filter(attachment=staged).exists()
    refused("nothing_staged", services.submit_files, here=estate.anju, case=case, files=[staged.pk], at=make.MOMENT)
    assert stage(estate.anju, case).state == "staged"  # the same file again, now that it was taken back


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"says": " "}, "says_nothing"), ({"says": "打了 13912343333 三次"}, "says_number"),
        ({"says": "客户电话：13912343333，打了三次"}, "says_number"),
    ],
)  # fmt: skip
def test_what_it_proves_is_said_in_a_line_without_a_number(estate, case, change, code):
    refused(code, stage, here=estate.anju, case=case, **change)
    assert not Attachment.objects.exists()


def test_who_may_bring_until_when(estate, case, ruled):
    case.state = Collision.State.OPEN
    case.save()
    stranger = make.person("e_third", "孙晓", "agent", estate.project, organisation=make.agency("三家"))
    refused("not_yours_to_record", stage, here=stranger, case=case)
    case.evidence_due = make.MOMENT
    case.save()
    refused("evidence_over", stage, here=estate.anju, case=case)
    assert stage(estate.counterpart, case).by == estate.counterpart.user  # the site's own until the ruling
    case.state = Collision.State.RULED
    case.save()
    for here in (estate.anju, estate.counterpart):
        refused("case_ruled", stage, here=here, case=case, colour=1)


def test_not_twice_and_not_without_end(estate, case, monkeypatch):
    stage(estate.anju, case)
    refused("file_twice", stage, here=estate.anju, case=case)
    assert stage(estate.hengxin, case)  # the other side may have the same
    monkeypatch.setattr(attaching, "FILES_OF_ONE", 1)
    refused("files_enough", stage, here=estate.anju, case=case, colour=1)
    monkeypatch.setattr(attaching, "FILES_OF_ONE", 9)
    monkeypatch.setattr(attaching, "BYTES_OF_CASE", 2 * len(photo()))
    refused("case_full", stage, here=estate.anju, case=case, colour=1)


def test_a_day_has_so_many_files_of_one_person_looked_at_or_not(estate, case, monkeypatch):
    monkeypatch.setattr(attaching, "FILES_A_DAY", 2)
    given = {"here": estate.anju, "case": case, "content": b"no picture"}
    for code in ("file_kind", "file_kind", "files_today"):
        refused(code, services.take_in, **given, at=make.MOMENT)
    refused("file_kind", services.take_in, **given, at=make.MOMENT + timedelta(days=1))


def test_opening_what_is_not_ones_own_leaves_a_line(estate, case):
    file = submit(estate.anju, case)

    def opened(here, what):
        assert services.open_file(here=here, case=case, file=file.pk, what=what, at=make.MOMENT)

    for what in ("0", "file", "original"):
        opened(estate.anju, what)
    assert not Entry.objects.filter(action__in=("attachment.read", "attachment.take")).exists()
    for what in ("0", "0", "original", "original"):
        opened(estate.manager, what)
    lines = Entry.objects.filter(actor=str(estate.manager.user.pk), action__startswith="attachment.")
    assert sorted(lines.values_list("action", flat=True)) == ["attachment.read", "attachment.take", "attachment.take"]
    assert all(line.detail == {"file": file.name} for line in lines)


def test_a_link_is_one_persons_for_a_quarter_of_an_hour(estate, case):
    """trust.md G18."""
    file = submit(estate.anju, case)
    link = link_to(file, "0", estate.anju.user, make.MOMENT)
    assert read_link(link, estate.anju.user, make.MOMENT + timedelta(minutes=14)) == (file.pk, "0")
    assert read_link(link, estate.anju.user, make.MOMENT + timedelta(minutes=15)) is None
    assert read_link(link, estate.hengxin.user, make.MOMENT) is None
    assert read_link(link[:-1] + ("A" if link[-1] != "A" else "B"), estate.anju.user, make.MOMENT) is None


def test_covering_is_for_the_owner_and_who_rules_on_a_submitted_file(estate, case):
    file, staged = submit(estate.anju, case), stage(estate.anju, case, colour=1)
    box = [Box(0, 0, 0, 0.5, 1)]

    def cover(here, row, boxes=box):
        return services.covered_pages(here=here, case=case, file=row.pk, boxes=boxes)

    assert len(cover(estate.anju, file)) == 1
    for here in (estate.hengxin, estate.counterpart):
        refused("no_such_file", cover, here=here, row=file)
    refused("no_such_file", cover, here=estate.anju, row=staged)
    for wrong in ([], [Box(1, 0, 0, 1, 1)], [Box(0, 0, 0, 0, 1)]):
        refused("boxes_wrong", cover, here=estate.manager, row=file, boxes=wrong)
    copy = covered(estate.manager, file)
    assert (copy.redacted_of, copy.kind, copy.says, copy.state) == (file, file.kind, file.says, "submitted")
    assert [one.file for one in seen_files(Viewer(estate.manager, case))] == [file]


def test_a_link_to_what_is_on_record_stays_in_its_case(estate, case):
    event = agencies.call(estate.anju, case, agencies.ANJU, "2025-03-09 10:20")
    assert submit(estate.anju, case, event=event).event == event
    make.registered(estate.anju, make.at("2025-03-06 09:12"), number="13900001111")
    make.registered(estate.hengxin, make.at("2025-03-07 09:12"), number="13900001111")
    other = Collision.objects.exclude(pk=case.pk).get()
    refused("event_of_other", stage, here=estate.anju, case=other, event=event, colour=1)
