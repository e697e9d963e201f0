"""What a robot says of the posts that are due: one of them in its own words, several in one line. Never an amount to a group at large.

No number, no full name: messages have none, whoever is called by name is called by a masked one, and what looks like a
telephone number all the same is not posted.
"""

import re
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.utils import translation

from people.channels.robots import Called, Line
from people.events import BY_KIND
from people.models import ExternalIdentity, Robot, RobotPost, User
from trail.sentences import counted_noop, in_words

NAMED = 8  # of many, so many are named
NAMES = ("name", "names", "no", "what")  # the facts by which a post is named
MANY = counted_noop("【%(title)s】%(n)s 条，看站内消息")
AMOUNT = "amount"  # the fact that holds money; only 经理群 read it
A_NUMBER = re.compile(r"(?<![\d-])(?:86)?1[3-9]\d[\d*]{4}\d{4}(?!\d)")
ID = re.compile(r"[\w.:-]{1,128}")


def write(robot: Robot, posts: Sequence[RobotPost]) -> Line | None:
    """These posts, all of one kind, as one line. None: it would hold what no group may read."""
    with translation.override(settings.LANGUAGE_CODE):
        said = {_sentence(robot, post): post for post in posts}  # told to several people, it is said once
        sentence = next(iter(said)) if len(said) == 1 else _many(list(said.values()))
    if not all(said) or A_NUMBER.search(sentence):
        return None
    link = posts[0].link if len({post.link for post in posts}) == 1 else ""
    return Line(sentence, f"{settings.GUISHU_URL}{link or '/inbox'}", _called(robot, posts))


def _sentence(robot: Robot, post: RobotPost) -> str:
    """Empty where only managers may read it."""
    if AMOUNT not in post.facts or robot.managers:
        return in_words(post.sentence, post.facts)
    plain = BY_KIND[post.kind].plain
    return in_words(plain, post.facts) if plain else ""


def _many(posts: Sequence[RobotPost]) -> str:
    event = BY_KIND[posts[0].kind]
    named = list(dict.fromkeys(str(post.facts[fact]) for post in posts for fact in NAMES if fact in post.facts))
    names = "、".join(named[:NAMED]) + ("…" if len(named) > NAMED else "")
    count = sum(int(post.facts.get("n", 1)) for post in posts)
    return in_words(event.many or MANY, {"title": event.title, "n": count, "names": names})


def _called(robot: Robot, posts: Iterable[RobotPost]) -> list[Called]:
    """Whom the posts call, each once, by the id that the same product knows them by."""
    people = list(dict.fromkeys(int(pk) for post in posts for pk in post.mentions))
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "name"))
    known = ExternalIdentity.objects.filter(user__in=people, provider__kind=robot.kind, provider__on=True)
    ids = dict(known.order_by("-pk").values_list("user", "external_id"))
    return [_by(names[pk], ids.get(pk, "")) for pk in people if pk in names]


def _by(name: str, external: str) -> Called:
    return Called(masked(name), external if ID.fullmatch(external) else "")


def masked(name: str) -> str:
    """As a colleague is called where anybody may read: 李*."""
    return f"{name.strip()[:1]}*"
