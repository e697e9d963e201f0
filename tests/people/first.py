"""What the first visitor types."""

from datetime import date, time

from people.installation import setup_code
from people.models import Installation, User
from people.services.setup import Founder, Place, open_first_project, set_up
from tests import make

FAR_OFF = date(2099, 1, 1)
PASSWORD = "蓝色的雨伞在门后面靠着墙"
FIRST = {
    "person": "吴勇", "username": "wuyong", "email": "", "new_password": PASSWORD, "again": PASSWORD,
    "name": "秀兰装饰有限公司", "short_name": "秀兰",
}  # fmt: skip
PROJECT = {
    "name": "秀兰门店", "code": "xiulan", "time_zone": "Asia/Shanghai", "site": "人民路店", "opens": "09:00", "closes": "18:00",
}  # fmt: skip


def by_link(client):
    """Come in by the link of the console."""
    assert client.get("/setup/first", {"code": setup_code()}).status_code == 302
    return client


def founded(**more) -> User:
    """The program is set up: an administrator and a company; the duty of a second factor is put off."""
    founder = Founder(
        **{"name": "吴勇", "username": "wuyong", "password": PASSWORD, "email": "", "language": "zh-hans", **more}
    )
    user = set_up(founder=founder, company="秀兰装饰有限公司", short_name="秀兰", at=make.MOMENT)
    Installation.objects.update(second_factor_from=FAR_OFF)
    return user


def opened(by: User):
    """The first project and its site."""
    place = Place(
        name="秀兰门店", code="xiulan", time_zone="Asia/Shanghai", site="人民路店", opens=time(9), closes=time(18)
    )
    return open_first_project(place=place, by=by, at=make.MOMENT)


def rows(*people: dict, key: str = "") -> dict:
    """A form of rows of people, as the browser sends it."""
    sent = {"form-TOTAL_FORMS": "4", "form-INITIAL_FORMS": "0", "key": key}
    for i in range(4):
        given = people[i] if i < len(people) else {}
        row = {"name": "", "username": "", "role": "salesperson", "email": "", "team": "", **given}
        sent |= {f"form-{i}-{name}": value for name, value in row.items()}
    return sent
