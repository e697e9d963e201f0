"""个人信息: a notice that was published, a customer who was told, and one who asks to see what is kept of them."""

from datetime import datetime, timedelta

from config.demo.cast import House
from leads.models import Ownership
from leads.privacy import notices, texts
from leads.privacy.requests import take_request


def privacy(house: House, now: datetime) -> None:
    """Both projects have their notice since a month; of two customers of the store one was told, one asked five days ago."""
    for project in (house.store, house.estate):
        admin = house.there("wuyong", project)
        zh, en = texts.default(admin.organisation.name, project.name)
        notices.publish_notice(here=admin, text=zh, text_en=en, ground="consent", at=now - timedelta(days=30))
    manager = house.there("chenguang", house.store)
    told, asks = (
        held.customer
        for held in Ownership.objects.open().filter(project=house.store, user__isnull=False).order_by("pk")[:2]
    )
    notices.record(here=manager, customer=told, way="seller", at=now - timedelta(days=10))
    take_request(
        here=manager, customer=asks, kind="access", identified="看了身份证原件", note="想看看都记了什么", at=now - timedelta(days=5)
    )  # fmt: skip
