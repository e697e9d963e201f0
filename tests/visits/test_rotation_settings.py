"""Who is in the rotation of a site, and in which order."""

import pytest

from people.models import Site
from tests import make
from trail.models import Entry
from trail.refusals import Refusal
from visits import services
from visits.models import Place, TurnChange
from visits.routing import Visitor, in_order, queue_of, route

pytestmark = pytest.mark.django_db
URL = "/settings/rotation"


def names(site):
    return [place.user.username for place in in_order(site, make.MOMENT)]


def place_of(here):
    return Place.objects.get(user=here.user)


def add(store, here, site=None):
    return services.add_to_rotation(here=store.manager, site=site or store.site, user=here.user, at=make.MOMENT)


def remove(store, here):
    services.remove_from_rotation(here=store.manager, place=place_of(here), at=make.MOMENT)


def test_somebody_new_goes_to_the_end(store):
    add(store, make.person("new", "新人", "salesperson", store.project))
    assert names(store.site) == ["wang", "zhao", "sun", "li", "new"]
    assert Entry.objects.filter(action="rotation.join").count() == 1


def test_the_first_of_a_new_site_stands_first(store):
    other = Site.objects.create(project=store.project, name="秀兰西区店")
    add(store, store.li, other)
    assert Place.objects.get(site=other).position == 1
    assert route(store.project, other, Visitor(), make.MOMENT).receiver == store.li.user


def test_nobody_is_in_it_twice(store):
    with pytest.raises(Refusal) as refused:
        add(store, store.li)
    assert (refused.value.code, Place.objects.count()) == ("turn_held", 4)


def test_only_salespeople_of_the_house_join(store, estate):
    for world, here in ((store, store.desk), (store, store.manager), (estate, estate.anju)):
        with pytest.raises(Refusal) as refused:
            add(world, here)
        assert refused.value.code == "turn_not_theirs"


def test_whoever_is_taken_out_gets_no_turn_and_is_noted(store):
    remove(store, store.wang)
    assert names(store.site) == ["zhao", "sun", "li"]
    assert make.arrived(store, make.MOMENT).receptions.get().by == store.zhao.user
    assert Entry.objects.filter(action="rotation.leave", subject=f"user:{store.wang.user.pk}").exists()


def test_taking_out_and_adding_again_clears_no_suspension_and_no_turn_owed(store):
    given = {"project": store.project, "user": store.wang.user, "source": "CD-1", "at": make.MOMENT}
    services.adjust_turns(kind=TurnChange.Kind.SUSPEND, count=3, **given)
    services.adjust_turns(kind=TurnChange.Kind.MAKE_UP, count=2, **given)
    before = place_of(store.wang)
    remove(store, store.wang)
    after = add(store, store.wang)
    assert (after.owed, after.suspended_until) == (2, before.suspended_until)
    assert after.position == 5


def test_somebody_whose_membership_ended_is_dealt_no_turn(store):
    store.wang.user.memberships.update(until=make.MOMENT)
    assert [place.user.username for place in queue_of(store.site, make.MOMENT).places] == ["zhao", "sun", "li"]
    assert make.arrived(store, make.MOMENT).receptions.get().by == store.zhao.user


def test_a_leaver_can_be_taken_out_but_not_moved(store):
    store.wang.user.memberships.update(until=make.MOMENT)
    with pytest.raises(Refusal) as refused:
        services.move_place(here=store.manager, place=place_of(store.wang), up=False, at=make.MOMENT)
    assert refused.value.code == "turn_of_leaver"
    remove(store, store.wang)
    assert Place.objects.count() == 3


def test_what_was_taken_out_meanwhile_is_told(store):
    place = place_of(store.wang)
    remove(store, store.wang)
    for do in (
        lambda: services.remove_from_rotation(here=store.manager, place=place, at=make.MOMENT),
        lambda: services.move_place(here=store.manager, place=place, up=True, at=make.MOMENT),
        lambda: services.set_away(here=store.manager, place=place, away=True, at=make.MOMENT),
    ):
        with pytest.raises(Refusal) as refused:
            do()
        assert refused.value.code == "turn_gone"


def test_the_page_adds_moves_and_takes_out(store, signed_in, at_noon):
    client = signed_in(store.admin)
    new = make.person("new", "新人", "salesperson", store.project)
    assert "新人" in client.post(URL, {"user": new.user.pk}, follow=True).content.decode()
    client.post(f"{URL}/{place_of(new).pk}", {"change": "up"})
    assert names(store.site) == ["wang", "zhao", "sun", "new", "li"]
    page = client.post(f"{URL}/{place_of(new).pk}", {"change": "out"}, follow=True).content.decode()
    assert "已移出：新人" in page
    assert client.post(f"{URL}/{place_of(store.li).pk}", {"change": "away"}).status_code == 404


def test_the_page_marks_who_has_left(store, signed_in, at_noon):
    assert "已离开，不轮" not in signed_in(store.admin).get(URL).content.decode()
    store.wang.user.memberships.update(until=make.MOMENT)
    assert "已离开，不轮" in signed_in(store.admin).get(URL).content.decode()


def test_somebody_who_is_in_it_already_cannot_be_chosen(store, signed_in, at_noon):
    form = signed_in(store.admin).get(URL).context["form"]
    assert not form.fields["user"].queryset.exists()
    assert signed_in(store.admin).post(URL, {"user": store.li.user.pk}).status_code == 422


def test_places_of_another_project_are_not_found(store, estate, signed_in, at_noon):
    other = Place.objects.create(site=estate.site, user=estate.xu.user, position=1)
    assert signed_in(store.admin).post(f"{URL}/{other.pk}", {"change": "out"}).status_code == 404
    assert Place.objects.filter(pk=other.pk).exists()
