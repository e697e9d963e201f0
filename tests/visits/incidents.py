"""Short ways into the log of complaints and incidents."""

from visits.incidents import log
from visits.models import Incident
from visits.services.incidents import Happening, do_step, open_incident

WORDS = {
    "complaint": "客户说门关不严", "walkout": "加完油没付钱就走了", "traffic": "倒车碰了立柱", "double_sale": "同一套卖给了两家",
}  # fmt: skip


def keeping(store):
    """The store keeps the log, for everybody of the cast."""
    store.project.keeps_incidents = True
    store.project.save()
    for here in (store.desk, store.li, store.wang, store.manager, store.general, store.admin):
        here.project.keeps_incidents = True
    return store


def opened(here, kind, when, **more):
    """Somebody puts it into the log; it happened just then, unless said otherwise."""
    more.setdefault("happened_at", when)
    told = Happening(kind=kind, what=WORDS[kind], **more)
    return open_incident(here=here, told=told, at=when)


def done(here, incident, code, when, **more):
    """Somebody did a step."""
    return do_step(here=here, incident=incident, code=code, at=when, **more)


def late(store, when):
    """The codes of the steps that are late at this moment."""
    codes = [row.code for one in Incident.objects.all() for row in one.steps.filter(pk__in=log.overdue(when))]
    return sorted(codes)
