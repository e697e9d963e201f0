"""签字认可 (D09-9): what is to be signed in a project, by whom, and who has not. A missing signature excuses nobody from the rules."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from people.models import Acknowledgement, Membership, Project, Routine, User
from people.roles import Right, roles_with
from trail.models import Message

FOR_TRAININGS = timedelta(days=92)  # how long after a training its list is open


@dataclass(frozen=True, slots=True)
class Document:
    """Something to be signed. `subject` names it in the records; `binding`: everybody whom the policy concerns is asked to."""

    subject: str
    title: str
    since: datetime
    lines: list[str] = field(default_factory=list)
    binding: bool = True

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.subject.replace(":", "-")[:40]


Source = Callable[..., Iterable[Document]]
SOURCES: list[Source] = []


def documents(project: Project, at: datetime) -> list[Document]:
    """What there is to sign in this project at this moment: policies in force, then trainings of the last months."""
    policies = [document for source in SOURCES for document in source(project=project, at=at)]
    held = Routine.objects.filter(project=project, kind="training", done_at__gt=at - FOR_TRAININGS, done_at__lte=at)
    return policies + [
        Document(f"training:{row.pk}", _("培训：%(what)s") % {"what": row.note}, row.done_at, binding=False)
        for row in held.order_by("-done_at", "pk")
    ]


def readers(project: Project, at: datetime) -> list[User]:
    """Whom a policy concerns: whoever works here and may read it."""
    held = Membership.objects.at(at).filter(project=project, role__in=roles_with(Right.POLICY), user=OuterRef("pk"))
    return list(User.objects.filter(Exists(held), is_active=True).order_by("name", "pk"))


def unsigned(project: Project, document: Document, at: datetime, *, link: str = "") -> list[User]:
    """Who has not signed (UNSIGNED); with `link`, only those who were not asked there either."""
    done = set(
        Acknowledgement.objects.filter(project=project, subject=document.subject, at__lte=at).values_list(
            "user", flat=True
        )
    )
    if link:
        asked = Message.objects.waiting().filter(link=link, project=project.code).values_list("to", flat=True)
        done |= {int(to) for to in asked}
    return [user for user in readers(project, at) if user.pk not in done]
