"""Two put different policies about one matter in force at the same instant: one wins, the other is told why it did not."""

import threading

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from arbitration.policies import offers
from arbitration.services import policies
from people.models import Project
from tests import make
from tests.policy_pages import form_of

PACKS = ("home-decoration", "first-report")


def ready(estate):
    """Two who may, each at the filled-in page of another policy."""
    boss = make.person("boss", "何总", "administrator", estate.project)
    forms = {}
    for pack, here in zip(PACKS, (estate.general, boss), strict=True):
        client = Client()
        client.force_login(here.user)
        forms[pack] = make.proven(client), form_of(client, pack)
    return forms


def race(forms):
    """Both press the button at once; the answers by policy."""
    barrier, answers = threading.Barrier(len(forms)), {}

    def press(pack):
        client, form = forms[pack]
        barrier.wait()
        try:
            answers[pack] = client.post(f"/settings/policies/{pack}/start", form)
        except IntegrityError as trouble:
            answers[pack] = trouble
        connection.close()

    threads = [threading.Thread(target=press, args=(pack,)) for pack in forms]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def guard_off(monkeypatch):
    """No lock on the project, and both have looked before either writes."""
    looked, refuse = threading.Barrier(len(PACKS)), policies._refuse_overlap

    def look(*given):
        refuse(*given)
        looked.wait(timeout=20)

    monkeypatch.setattr(policies, "_lock", lambda project: Project.objects.get(pk=project.pk))
    monkeypatch.setattr(policies, "_refuse_overlap", look)


@pytest.mark.usefixtures("committed", "at_noon")
def test_without_the_lock_both_see_nothing_in_force_and_the_index_stops_one(monkeypatch):
    estate = make.estate()
    forms = ready(estate)
    guard_off(monkeypatch)
    answers = race(forms)
    assert sorted(type(answer).__name__ for answer in answers.values()) == ["HttpResponseRedirect", "IntegrityError"]
    assert len(offers.open_rows(estate.project, make.MOMENT)) == 1


@pytest.mark.usefixtures("committed", "at_noon")
def test_one_wins_and_the_other_is_told():
    estate = make.estate()
    answers = race(ready(estate))
    assert sorted(answer.status_code for answer in answers.values()) == [302, 409]
    loser = next(pack for pack, answer in answers.items() if answer.status_code == 409)
    (row,) = offers.open_rows(estate.project, make.MOMENT)
    told = answers[loser].content.decode()
    assert f"（{row.policy}）已经管着「内部人员之间的客户」" in told
    assert f"/settings/policies/{row.policy.pack}/stop" in told
    assert {row.policy.pack, loser} == set(PACKS)
