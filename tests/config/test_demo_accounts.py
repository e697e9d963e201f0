"""The demo stays open to whoever tries it with a password: its duty of a second factor is always thirty days away."""

from datetime import timedelta

import pytest

from config.demo.accounts import put_off
from people.models import Installation
from tests import make
from trail import clock


@pytest.mark.django_db
def test_each_start_puts_the_duty_off_anew_and_pages_say_from_when_on_it_would_hold(store, signed_in):
    make.person("wuyong", "吴勇", "administrator", store.project)
    put_off(make.MOMENT)
    with clock.standing_at(make.MOMENT):
        page = signed_in(store.manager).get("/cases")
        assert (page.status_code, "两步验证从 2025年5月28日 起必须开启" in page.content.decode()) == (200, True)
    later = make.MOMENT + timedelta(days=40)
    put_off(later)
    assert Installation.objects.get().second_factor_from == make.at("2025-07-07 00:00").date()
    with clock.standing_at(later):
        assert signed_in(store.manager).get("/cases").status_code == 200
