"""The outbox: in order for each recipient, at least once, and nothing to whom it should not go."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.translation import gettext_noop

from people.channels import email
from people.models import MailServer, NoticeSettings
from people.outbox import drain
from people.retrying import FIRST_WAIT, TRIES
from tests import make
from tests.mailbox import PASSWORD, connected, free_port, mail_server
from trail.models import Delivery, Message
from trail.services import done, tell
from visits.services import leave

pytestmark = pytest.mark.django_db
NIGHT = make.at("2025-04-28 23:00")
RULED = gettext_noop("%(no)s 已裁定，看结果和理由")


@pytest.fixture
def box(store):
    """A mail server that the settings name, and addresses for two people."""
    with mail_server() as box:
        connected(box, make.MOMENT)
        for here in (store.li, store.wang):
            here.user.email = f"{here.user.username}@example.com"
            here.user.save()
        yield box


def ruled(here, no, at=make.MOMENT, **more):
    """`here` is told that case `no` is ruled."""
    given = {"kind": "collision.ruled", "sentence": RULED, "link": f"/cases/{no}", "no": no, **more}
    tell(to=here.user.pk, project=here.project.code, at=at, **given)


def wants(here, **wish):
    NoticeSettings.objects.update_or_create(user=here.user, defaults=wish)


def states(here=None):
    rows = Delivery.objects.filter(channel="email").order_by("pk")
    return [row.state for row in (rows.filter(to=str(here.user.pk)) if here else rows)]


def test_what_somebody_is_told_goes_out_once(store, box):
    ruled(store.li, "ZD-1")
    assert drain(at=make.MOMENT) == 1
    assert drain(at=make.MOMENT) == 0
    assert [mail["To"] for mail in box.mails] == ["li@example.com"]
    assert box.subjects() == ["ZD-1 已裁定，看结果和理由"]
    assert f"{settings.GUISHU_URL}/inbox/{Message.objects.get().pk}" in box.text()
    assert box.mails[0]["Auto-Submitted"] == "auto-generated"
    assert states() == ["sent"]


def test_all_that_is_due_for_one_person_goes_as_one_mail_in_order(store, box):
    for no in ("ZD-1", "ZD-2", "ZD-3"):
        ruled(store.li, no)
    ruled(store.wang, "ZD-4")
    assert drain(at=make.MOMENT) == 4
    assert box.subjects() == ["3 条消息", "ZD-4 已裁定，看结果和理由"]
    assert [line.split()[0] for line in box.text(0).splitlines() if "已裁定" in line] == ["ZD-1", "ZD-2", "ZD-3"]


def test_a_mail_speaks_the_language_of_its_reader(store, box):
    store.wang.user.language = "en"
    store.wang.user.save()
    for here in (store.li, store.wang):
        ruled(here, "ZD-1")
        ruled(here, "ZD-2")
    drain(at=make.MOMENT)
    assert box.subjects() == ["2 条消息", "2 messages"]
    assert "ZD-1 has been ruled" in box.text(1)
    html = box.mails[1].get_body(("html",)).get_content()
    assert '<html lang="en">' in html
    assert "ZD-2 has been ruled" in html
    assert "已裁定" not in html + box.text(1)


def test_no_mail_names_a_number_or_a_whole_name(store, box):
    """Everything that the desk, two reports and a case tell people, read in their mailboxes."""
    wants(store.li, quiet_from=None, quiet_until=None)
    make.registered(store.li, make.at("2025-04-01 10:00"))
    make.registered(store.wang, make.at("2025-04-02 10:00"))
    make.arrived(store, make.MOMENT, asked_for=store.li.user)
    assert Message.objects.filter(kind__startswith="visit.").exists()
    while drain(at=make.MOMENT):
        pass
    said = "".join(mail.as_string() + box.text(i) for i, mail in enumerate(box.mails))
    assert "张**" in said
    assert "张建国" not in said
    assert make.PHONE[-4:] not in said


def test_without_a_server_nothing_waits_and_the_inbox_has_it_all(store):
    ruled(store.li, "ZD-1")
    assert drain(at=make.MOMENT) == 1
    row = Delivery.objects.get()
    assert (row.state, row.why, row.done_at) == ("skipped", "no_server", make.MOMENT)
    assert Message.objects.count() == 1


def skipped_because(here):
    ruled(here, "ZD-1")
    drain(at=make.MOMENT)
    return Delivery.objects.filter(to=str(here.user.pk), state="skipped").values_list("why", flat=True).last()


def test_nothing_goes_to_whom_it_cannot_or_should_not(store, box):
    assert skipped_because(store.zhao) == "no_address"
    wants(store.li, mail="none")
    assert skipped_because(store.li) == "not_wanted"
    wants(store.li, mail="to_do")
    assert skipped_because(store.li) == "not_wanted"
    store.wang.user.memberships.update(until=make.MOMENT)
    assert skipped_because(store.wang) == "left"
    store.li.user.is_active = False
    store.li.user.save()
    assert skipped_because(store.li) == "left"
    assert box.mails == []


def test_who_wants_only_what_there_is_to_do_gets_that(store, box):
    wants(store.li, mail="to_do")
    ruled(store.li, "ZD-1")
    ruled(store.li, "ZD-2", kind="collision.escalated", to_do=True)
    drain(at=make.MOMENT)
    assert box.subjects() == ["ZD-2 已裁定，看结果和理由"]


def test_what_is_done_before_its_mail_went_needs_none(store, box):
    wants(store.li, pace="daily")
    ruled(store.li, "ZD-1", kind="collision.escalated", to_do=True)
    drain(at=make.MOMENT)
    done(link="/cases/ZD-1", at=make.MOMENT)
    drain(at=make.MOMENT + timedelta(days=1))
    assert box.mails == []
    assert Delivery.objects.get(channel="email").why == "done"


def test_quiet_hours_put_letters_off_until_morning_but_no_visitor(store, box):
    ruled(store.li, "ZD-1", NIGHT)
    ruled(store.wang, "ZD-2", NIGHT)
    assert drain(at=NIGHT) == 0
    assert Delivery.objects.first().due_at == make.at("2025-04-29 08:00")
    visit = make.arrived(store, NIGHT, asked_for=store.li.user)
    assert drain(at=NIGHT)
    assert box.subjects() == [
        "【到访】张** 23:00 到秀兰门店，前台在等你。点「我来接」"
    ]  # with what stood before it: order holds, and it is one mail anyway
    assert "ZD-1 已裁定" in box.text()
    assert states(store.wang) == ["waiting"]
    leave(here=store.desk, visit=visit, gift=None, at=NIGHT)
    assert drain(at=make.at("2025-04-29 08:00")) == 1
    assert box.subjects()[1:] == ["ZD-2 已裁定，看结果和理由"]


def test_a_digest_is_one_mail_a_day(store, box):
    wants(store.li, pace="daily")
    ruled(store.li, "ZD-1", make.at("2025-04-28 10:00"))
    ruled(store.li, "ZD-2", make.at("2025-04-28 16:00"))
    assert drain(at=make.at("2025-04-28 16:00")) == 0
    assert drain(at=make.at("2025-04-29 09:06")) == 0
    assert drain(at=make.at("2025-04-29 09:07")) == 2
    assert box.subjects() == ["2 条消息"]


def test_a_refused_letter_is_tried_again_ever_more_rarely_and_then_given_up(store, box):
    wants(store.li, quiet_from=None, quiet_until=None)
    box.refused.add("li@example.com")
    ruled(store.li, "ZD-1")
    at, waits = make.MOMENT, []
    for _ in range(TRIES - 1):
        assert drain(at=at) == 1
        assert drain(at=at) == 0
        due = Delivery.objects.get().due_at
        waits.append((due - at) / FIRST_WAIT)
        at = due
    assert waits == [1, 4, 16, 64, 256]
    ruled(store.li, "ZD-2", at)
    drain(at=at)
    assert states() == ["failed", "waiting"]
    row = Delivery.objects.first()
    assert (row.why, row.done_at) == ("recipient", at)
    box.refused.clear()
    assert drain(at=at + FIRST_WAIT) == 1
    assert box.subjects() == ["ZD-2 已裁定，看结果和理由"]


def test_a_letter_that_waits_for_its_next_try_holds_back_its_followers_and_nobody_elses(store, box):
    box.refused.add("li@example.com")
    ruled(store.li, "ZD-1")
    drain(at=make.MOMENT)
    box.refused.clear()
    ruled(store.li, "ZD-2")
    ruled(store.wang, "ZD-3")
    assert drain(at=make.MOMENT) == 1
    assert [mail["To"] for mail in box.mails] == ["wang@example.com"]
    assert drain(at=make.MOMENT + FIRST_WAIT) == 2
    assert [line.split()[0] for line in box.text().splitlines() if "已裁定" in line] == ["ZD-1", "ZD-2"]


def test_a_letter_that_failed_and_now_waits_for_the_morning_holds_no_visitor_back(store, box):
    late = make.at("2025-04-28 20:59")
    box.answers.append("451 busy")
    ruled(store.li, "ZD-1", late)
    drain(at=late)
    assert drain(at=late + timedelta(minutes=2)) == 0  # quiet by now
    make.arrived(store, NIGHT, asked_for=store.li.user)
    drain(at=NIGHT)
    assert "【到访】张** 23:00 到秀兰门店，前台在等你。点「我来接」" in box.subjects()


def test_a_server_that_does_not_answer_is_asked_once_a_round_not_once_a_person(store, box, monkeypatch):
    asked, post = [], email.post
    monkeypatch.setattr(email, "post", lambda *args, **kwargs: asked.append(args) or post(*args, **kwargs))
    MailServer.objects.update(port=free_port())
    for here in (store.li, store.wang):
        ruled(here, "ZD-1")
    assert drain(at=make.MOMENT) == 2
    assert len(asked) == 1
    assert set(Delivery.objects.values_list("why", "tries")) == {("refused", 1)}
    assert drain(at=make.MOMENT) == 0


def test_a_letter_that_cannot_be_written_stops_nobody_elses(store, box, caplog):
    tell(to=store.li.user.pk, kind="x.y", sentence="%(nothing)s", at=make.MOMENT)
    ruled(store.wang, "ZD-1")
    assert drain(at=make.MOMENT) == 2
    assert box.subjects() == ["ZD-1 已裁定，看结果和理由"]
    assert Delivery.objects.first().why == "trouble"
    assert "could not be sent" in caplog.text


def test_a_mail_sent_again_after_a_crash_carries_the_same_name(store, box):
    ruled(store.li, "ZD-1")
    drain(at=make.MOMENT)
    Delivery.objects.update(state="waiting", done_at=None)  # killed before it was noted
    drain(at=make.MOMENT)
    assert len({mail["Message-ID"] for mail in box.mails}) == 1
    assert len(box.mails) == 2


def test_a_new_mail_password_is_used_for_the_next_letter(store):
    with mail_server(login=True) as box:
        server = connected(box, make.MOMENT, password="wrong")
        store.li.user.email = "li@example.com"
        store.li.user.save()
        ruled(store.li, "ZD-1")
        drain(at=make.MOMENT)
        assert Delivery.objects.get().why == "password"
        server.delete()
        connected(box, make.MOMENT, password=PASSWORD)
        drain(at=make.MOMENT + FIRST_WAIT)
        assert states() == ["sent"]
