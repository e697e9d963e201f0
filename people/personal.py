"""What messages, forms and the worker's queue may hold of a customer (trail/personal.py). People who work here are no customers."""

from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.expressions import F

from people.models import RobotPost
from trail import vault
from trail.models import Message, Once
from trail.personal import CODE, DIGEST, NUMBER, OURS, Table, Them, hide_if_numbered

PLACE = "^/[a-z_-]+/([^/?#]+)"  # of a link: what it leads to


def linked(model: Any) -> "QuerySet[Any]":
    """Rows with the thing that their link leads to as `place`."""
    place = Func(F("link"), Value(PLACE), function="substring", output_field=CharField())
    found: QuerySet[Any] = model._default_manager.annotate(place=place)
    return found


def of_link(them: Them) -> Q:
    """Messages that lead to them, or to a visit, a report or a case of theirs."""
    return Q(pk__in=linked(Message).filter(place__in=them.places).values("pk"))


def of_post(them: Them) -> Q:
    """The same, as robots posted it."""
    return Q(pk__in=linked(RobotPost).filter(place__in=them.places).values("pk"))


def facts(_them: Them, value: dict[str, object]) -> dict[str, object]:
    """Facts without the masked name: 张** says who it is to whoever knows the thing it leads to."""
    return {key: "**" if isinstance(one, str) and one.endswith("**") else one for key, one in value.items()}


def answered(them: Them) -> Q:
    """Answers to programs that name them, kept for seven days."""
    return Q(pk__in=list(_answers(them)))


def _answers(them: Them) -> Iterator[object]:
    rows: QuerySet[Any, Any] = Once.objects.filter(sealed__isnull=False).values_list("pk", "sealed")
    for key, sealed in rows.iterator():
        text = vault.unseal(sealed)
        if any(place in text for place in them.places) or them.named_in(text):
            yield key


TABLES = [
    Table(
        "trail.Message", of=(of_link,), words={"facts": facts},
        kept={"to": OURS, "project": CODE, "kind": CODE, "sentence": CODE, "link": NUMBER},
    ),
    Table(
        "trail.Once", of=(answered,), blank=("sealed",),
        kept={"actor": OURS, "act": CODE, "answer": NUMBER, "body": DIGEST},
    ),
    Table(
        "people.RobotPost", of=(of_post,), words={"facts": facts},
        kept={"key": NUMBER, "kind": CODE, "sentence": CODE, "link": NUMBER, "mentions": OURS, "why": CODE},
    ),
    Table("people.Routine", scan=("note",), words={"note": hide_if_numbered}, kept={"kind": CODE, "figures": OURS}),
]  # fmt: skip

NOBODY = {
    "trail.Entry": "ids, codes and counts only (trail.services.note)", "trail.Mark": DIGEST, "trail.Seal": DIGEST,
    "trail.Delivery": OURS, "trail.Renaming": NUMBER, "trail.Erasing": NUMBER, "trail.Periodic": CODE,
    "trail.RetentionTerm": CODE, "trail.OutlivedCount": CODE, "trail.WorkerSign": OURS,
    "sessions.Session": "of who works here; of a visit its number", "django_tasks_database.DBTaskResult": "ids, and what is sealed",
    "auth.Permission": CODE, "auth.Group": CODE, "contenttypes.ContentType": CODE,
    "axes.AccessFailureLog": OURS, "axes.AccessAttempt": OURS, "axes.AccessLog": OURS,
    "people.HookDelivery": "ids, numbers of ours and codes, for the programs of the house",
    **dict.fromkeys(
        (
            "people.User", "people.Organisation", "people.Team", "people.Project", "people.Site", "people.SecondFactor",
            "people.RecoveryCode", "people.ApiToken", "people.DayChange", "people.Membership", "people.NoticeSettings",
            "people.MailServer", "people.Robot", "people.SmsGateway", "people.Hook", "people.SignIn", "people.Provider",
            "people.ExternalIdentity", "people.RoutineStop", "people.Acknowledgement", "people.HandOver",
        ),
        OURS,
    ),
}  # fmt: skip
