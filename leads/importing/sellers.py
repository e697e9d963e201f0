"""Whose a row of a file is: the one who brings the file, or a colleague by name, account or e-mail."""

from collections import defaultdict
from datetime import datetime
from itertools import groupby

from django.utils.translation import gettext as _

from people.models import Membership
from people.roles import Right, roles_with
from people.workplace import Workplace, of_memberships
from trail.refusals import Refusal

REPORTING = frozenset(roles_with(Right.REGISTER))


class Sellers:
    """Who may report in this project now, by what a file may call them: all by one query, so that rows are read without any."""

    def __init__(self, here: Workplace, at: datetime) -> None:
        self.here = here
        self.found: dict[str, Workplace] = {}
        self.named: dict[str, dict[int, Workplace]] = defaultdict(dict)
        working = (
            Membership.objects.at_work(at).filter(project=here.project, user__is_active=True).order_by("user_id", "pk")
        )
        rows = working.select_related("user", "project", "organisation", "team") if here.may(Right.IMPORT) else ()
        self.gone = _gone(here, at) if here.may(Right.IMPORT) else frozenset()
        for _pk, held in groupby(rows, key=lambda membership: membership.user_id):
            self._name(list(held))

    def _name(self, held: list[Membership]) -> None:
        user = held[0].user
        for word in (user.name, user.username, user.email) if REPORTING & {one.role for one in held} else ():
            self.named[_plain(word)][user.pk] = of_memberships(user, held)

    def find(self, text: str, *, needed: bool = False) -> Workplace:
        """The reporter of a row. Raises Refusal for somebody unknown, or two of one name; and for others without the right."""
        word = _plain(text)
        if word not in self.found:
            self.found[word] = self._find(text, word, needed)
        return self.found[word]

    def _find(self, text: str, word: str, needed: bool) -> Workplace:
        here = self.here
        if not word and not needed and here.may(Right.REGISTER):
            return here
        if not word:
            raise Refusal("seller_missing", _("没有写是哪位业务员"), field="seller")
        if not here.may(Right.IMPORT):
            if word in map(_plain, (here.user.name, here.user.username, here.user.email)):
                return here
            raise Refusal("not_yours", _("只能导入自己的报备：去掉业务员这一列，或找主管导入"), field="seller")
        named = list(self.named.get(word, {}).values())
        if not named and word in self.gone:
            said = _("%(name)s 已经不在这个项目了：写接手的人") % {"name": text}
            raise Refusal("seller_left", said, field="seller")
        return _one(text, named)


def _gone(here: Workplace, at: datetime) -> frozenset[str]:
    """By what a file may call those who reported here once and do not any more."""
    held = Membership.objects.filter(project=here.project, role__in=REPORTING)
    over = held.exclude(pk__in=Membership.objects.at_work(at).filter(user__is_active=True).values("pk"))
    words = over.values_list("user__name", "user__username", "user__email")
    return frozenset(_plain(word) for names in words for word in names if word)


def _one(text: str, found: list[Workplace]) -> Workplace:
    if len(found) > 1:
        raise Refusal("two_sellers", _("有两位叫 %(name)s：写邮箱或账号") % {"name": text}, field="seller")
    if not found:
        raise Refusal("no_seller", _("这个项目没有业务员 %(name)s") % {"name": text}, field="seller")
    return found[0]


def _plain(word: str) -> str:
    return word.strip().lower()
