"""Two administrators at once, over HTTP: neither locks the other out for good, and nothing fails."""

import http.client
import threading
from urllib.parse import urlencode, urlsplit

from django.test import Client

from people.models import Membership, Organisation, Site, User
from people.roles import Role
from tests import make
from trail import clock
from visits.models import Visit

TOKEN = "t" * 32


def cookie_of(here):
    client = Client()
    client.force_login(here.user)
    return client.cookies["sessionid"].value


def send(site, cookie, path, given, barrier, answers):
    place = urlsplit(site)
    wire = http.client.HTTPConnection(place.hostname, place.port, timeout=60)
    headers = {
        "Cookie": f"sessionid={cookie}; csrftoken={TOKEN}", "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip
    wire.connect()
    barrier.wait()
    wire.request("POST", path, urlencode(given), headers)
    answers.append(wire.getresponse().status)
    wire.close()


def at_once(site, *posts):
    """All these posts at the same instant; the statuses of the answers."""
    barrier, answers = threading.Barrier(len(posts)), []
    threads = [threading.Thread(target=send, args=(site, *post, barrier, answers)) for post in posts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


def test_two_administrators_who_remove_each_other_leave_one(site):
    store = make.store()
    for round_ in range(5):
        pair = [make.person(f"a{round_}{n}", f"管理{n}", Role.ADMINISTRATOR, store.project) for n in (1, 2)]
        Membership.objects.filter(user=store.admin.user).update(until=make.MOMENT)
        cookies = [cookie_of(here) for here in pair]
        posts = [
            (cookies[0], f"/settings/people/{pair[1].user.pk}/deactivate", {}),
            (cookies[1], f"/settings/people/{pair[0].user.pk}/deactivate", {}),
        ]
        answers = at_once(site, *posts)
        left = Membership.objects.at(clock.now()).filter(project=store.project, role=Role.ADMINISTRATOR)
        # Whoever is removed first is refused (409), led to the login (302), or no longer sees the page (404).
        assert answers in ([302, 302], [302, 404], [302, 409]), answers
        assert User.objects.filter(pk__in=[p.user.pk for p in pair], is_active=True).count() == 1
        assert left.count() == 1
        left.update(until=clock.now())


def test_two_who_add_the_same_account_make_one_person(site):
    store = make.store()
    other = make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project)
    cookies = [cookie_of(store.admin), cookie_of(other)]
    for round_ in range(5):
        given = {
            "name": "张一", "username": f"zhangyi{round_}", "email": f"z{round_}@example.com", "role": "salesperson",
            "organisation": make.house().pk,
        }  # fmt: skip
        answers = at_once(site, *[(cookie, "/settings/people/new", given) for cookie in cookies])
        assert answers == [302, 409]
        assert User.objects.filter(username=f"zhangyi{round_}").count() == 1


def test_nobody_joins_an_agency_that_closes_in_this_moment(site):
    store = make.store()
    other = make.person("admin2", "郑英", Role.ADMINISTRATOR, store.project)
    cookies = [cookie_of(store.admin), cookie_of(other)]
    for round_ in range(5):
        agency = make.agency(f"安居{round_}")
        given = {"name": "张一", "username": f"broker{round_}", "role": "agent", "organisation": agency.pk}
        answers = at_once(
            site,
            (cookies[0], f"/settings/agencies/{agency.pk}/close", {}),
            (cookies[1], "/settings/people/new", given),
        )
        assert answers in ([302, 302], [302, 409], [302, 422]), answers
        assert Organisation.objects.get(pk=agency.pk).closed_at is not None
        assert not Membership.objects.at(clock.now()).filter(organisation=agency).exists()


def test_nobody_arrives_at_a_site_that_closes_in_this_moment(site):
    store = make.store()
    cookies = [cookie_of(store.admin), cookie_of(store.desk)]
    for round_ in range(5):
        place = Site.objects.create(project=store.project, name=f"分店{round_}")
        Site.objects.exclude(pk=place.pk).update(closed_at=make.MOMENT)
        given = {"invited_by": "none", "asked_for": "none", "first_time": "first"}
        arrival = {"name": "张建国", "phone": f"1391234000{round_}", **given}
        answers = at_once(
            site, (cookies[0], f"/settings/sites/{place.pk}/close", {}), (cookies[1], "/desk/check-in", arrival)
        )
        place.refresh_from_db()
        there = Visit.objects.on_site().filter(site=place).count()
        assert (place.closed_at is None) == (there == 1), answers
        assert set(answers) <= {302, 404, 409, 422}, answers
