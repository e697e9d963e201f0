"""One message posted twice at the same instant is one message. First the proof that the race is there."""

import threading
import time

from django.db import connection

from leads.inbound import receiving
from leads.inbound.reading import read_mailbox
from leads.models import Registration
from tests import database, make, racing
from tests.leads.inbound import TEXT, gateway, mailbox
from tests.mailbox_server import imap_server
from trail import clock


def at_once(source, given):
    """Two workers take the same message in together; how many reports there are afterwards, and what they said."""

    def take():
        return receiving.receive(source=source, given=given, at=make.MOMENT).pk

    said = [type(one).__name__ if isinstance(one, Exception) else one for one in racing.at_once(take, take)]
    return Registration.objects.count(), said


def world():
    estate = make.estate()
    estate.anju.user.email = "gao@anju.example"
    estate.anju.user.save()
    return gateway(estate.manager)[0], receiving.Incoming("m-1", "gao@anju.example", TEXT)


def test_without_the_guard_two_posts_at_once_register_twice(committed, monkeypatch):
    source, given = world()
    owner = database.owner()
    owner.autocommit = True
    owner.cursor().execute("ALTER TABLE leads_inboundmessage DROP CONSTRAINT inbound_message_once")
    owner.close()
    register = receiving.register_lines

    def slow(*args, **kwargs):
        time.sleep(0.1)
        return register(*args, **kwargs)

    monkeypatch.setattr(receiving, "register_lines", slow)
    assert at_once(source, given)[0] == 2, "no race: the test below would prove nothing"


def test_of_two_posts_at_once_one_is_stored_and_both_get_its_answer(committed):
    source, given = world()
    for n in range(10):
        reports, said = at_once(source, receiving.Incoming(f"m-{n}", given.sender, given.text))
        assert reports == n + 1
        assert len(set(said)) == 1


def test_two_workers_in_one_mailbox_take_each_mail_once(committed):
    estate = make.estate()
    estate.anju.user.email = "gao@anju.example"
    estate.anju.user.save()
    with imap_server() as server, clock.standing_at(make.MOMENT):
        source = mailbox(estate.manager, server.port)
        for n in range(4):
            server.put(f"From: gao@anju.example\n\n安居公司，王先生，139****000{n}".encode(), make.MOMENT)
        workers = [threading.Thread(target=read_and_close, args=(source,)) for _i in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    source.refresh_from_db()
    assert source.error == ""
    assert Registration.objects.count() == 4


def read_and_close(source):
    """Read the mailbox in a thread of its own."""
    try:
        read_mailbox(source)
    finally:
        connection.close()
