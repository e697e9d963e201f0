"""Whose a row of a file is: the one who brings the file, or a colleague by name, account or e-mail."""

from collections import defaultdict
from datetime import datetime

from django.utils.translation import gettext as _

from people.models import Membership, User
from people.roles import Right, roles_with
from people.workplace import Workplace, workplace
from trail.refusals import Refusal

REPORTING = roles_with(Right.REGISTER)


class Sellers:
    """Who may report in this project now, by what a file may call them: one query, and one more for each who is named."""

    def __init__(self, here: Workplace, at: datetime) -> None:
        self.here, self.at = here, at
        self.found: dict[str, Workplace] = {}
        self.named: dict[str, set[User]] = defaultdict(set)
        if not here.may(Right.IMPORT):
            return
        working = Membership.objects.at_work(at).filter(project=here.project, role__in=REPORTING, user__is_active=True)
        for membership in working.select_related("user"):
            user = membership.user
            for word in (user.name, user.username, user.email):
                self.named[_plain(word)].add(user)

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
        return self._colleague(text, self.named.get(word, set()))

    def _colleague(self, text: str, users: set[User]) -> Workplace:
        if len(users) > 1:
            raise Refusal("two_sellers", _("有两位叫 %(name)s：写邮箱或账号") % {"name": text}, field="seller")
        there = workplace(next(iter(users)), self.here.project, self.at) if users else None
        if there is None:
            raise Refusal("no_seller", _("这个项目没有业务员 %(name)s") % {"name": text}, field="seller")
        return there


def _plain(word: str) -> str:
    return word.strip().lower()
