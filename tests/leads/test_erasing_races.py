"""Somebody is erased in the very moment in which they are reported: what is reported is theirs and goes, or somebody new's."""

from leads import privacy
from leads.models import Customer, Phone, Registration
from tests import make, racing

AT = make.at("2025-06-01 10:00")


def test_a_report_meets_an_erasure(committed, settings, tmp_path):
    settings.GUISHU_ERASURES = str(tmp_path / "erasures.jsonl")
    store = make.store()
    for n in range(6):
        number = f"1391234000{n}"
        make.registered(store.li, make.MOMENT, number=number)
        old = make.customer(number)
        came_to = racing.at_once(
            lambda old=old: privacy.erase(customer=old, why="asked", by=None, at=AT),
            lambda number=number: make.registered(store.li, AT, number=number),
        )
        assert racing.mistakes(came_to) == []
        assert not Phone.objects.filter(customer=old).exists()
        names = set(Registration.objects.filter(customer=old).values_list("name", flat=True))
        assert names | {Customer.objects.get(pk=old.pk).name} == {privacy.ERASED_NAME}
        assert Phone.objects.whole(f"+86{number}").count() <= 1
