"""发布制度: a draft is submitted with its reason; another person reads it with checks and simulation, and publishes or sends it back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration import terms as rules_of_terms
from arbitration.engine import Pack
from arbitration.models import PolicyDraft, PolicyVersion
from arbitration.policies import drafting, edits
from arbitration.services.policies import keep, put_in_force
from people.models import Membership, Project
from people.roles import Right, roles_with
from people.terms import Terms
from people.workplace import Workplace
from trail import services as trail
from trail.refusals import Refusal, need_words

State = PolicyDraft.State
SUBMITTED = gettext_noop("「%(policy)s」的草稿送审了，等你看过发布")
SENT_BACK = gettext_noop("「%(policy)s」的草稿退回来了，看理由")
PUBLISHED = gettext_noop("「%(policy)s」发布了")


def link(draft: PolicyDraft) -> str:
    """Where a draft is read and decided on."""
    return f"/policy/drafts/{draft.pk}/publish"


@transaction.atomic
def submit_draft(*, here: Workplace, draft: PolicyDraft, seen: int, why: str, at: datetime) -> PolicyDraft:
    """Ask a second person to publish. From now on nobody changes it.

    Raises Refusal: no reason; it says the same as what is in force; what is in force has changed since it was begun; an error.
    """
    locked = _lock(here, draft, Right.DRAFTS, State.DRAFT)
    if locked.version != seen:
        raise _changed()
    why = need_words(why, "reason_missing", _("写明为什么改：发布的人和签收的人都看得到"), field="why")
    _refuse_unready(locked)
    locked.state, locked.why = State.SUBMITTED, why[:2000]
    locked.submitted_by, locked.submitted_at = here.user, at
    locked.decided_by, locked.decided_at, locked.decided_why = None, None, ""
    locked.save(
        update_fields=["state", "why", "submitted_by", "submitted_at", "decided_by", "decided_at", "decided_why"]
    )
    _note(locked, "submit", here, at)
    others = Membership.objects.people(here.project, roles_with(Right.POLICIES), at)
    for user in (pk for pk in others if pk != here.user.pk):
        trail.tell(
            to=user, kind="policy.submitted", project=here.project.code, link=link(locked), to_do=True, at=at,
            sentence=SUBMITTED, policy=drafting.title(locked),
        )  # fmt: skip
    return locked


def _refuse_unready(draft: PolicyDraft) -> None:
    """Raises Refusal for a draft that nobody could publish."""
    was = drafting.before(draft)
    found = drafting.errors(drafting.problems(draft.content, draft.params))
    if found:
        raise Refusal("draft_unsound", drafting.told(found[0]), status=409)
    if drafting.moved_on(draft, was):
        raise _moved_on(was)
    if was.row is not None and was.pack.canonical == drafting.would_be(draft.content, draft.params).canonical:
        raise Refusal("draft_same", _("草稿和现行的一样，没有可送审的"), status=409)


def _moved_on(was: drafting.Before) -> Refusal:
    sentence = _("起草以后，这份制度换过版本了，现在是 %(policy)s。作废这份，按现在的重新起草")
    return Refusal("base_moved", sentence % {"policy": was.row.policy if was.row else ""}, status=409)


def _changed() -> Refusal:
    return Refusal("draft_changed", _("这份草稿刚有人改过。看一遍现在的，再点一次"), status=409)


@transaction.atomic
def take_back(*, here: Workplace, draft: PolicyDraft, at: datetime) -> PolicyDraft:
    """Go on changing what was submitted. Raises Refusal where it is decided, or was not submitted."""
    locked = _lock(here, draft, Right.DRAFTS, State.SUBMITTED)
    locked.state = State.DRAFT
    locked.save(update_fields=["state"])
    trail.done(link=link(locked), at=at)
    _note(locked, "take_back", here, at)
    return locked


@transaction.atomic
def send_back(*, here: Workplace, draft: PolicyDraft, why: str, at: datetime) -> PolicyDraft:
    """Not like this: it is a draft again, with the reason. Raises Refusal: one's own, no reason, decided meanwhile."""
    locked = _lock(here, draft, Right.POLICIES, State.SUBMITTED)
    _refuse_submitter(here, locked)
    why = need_words(why, "reason_missing", _("写明为什么退回"), field="why")
    locked.state, locked.decided_by, locked.decided_at = State.DRAFT, here.user, at
    locked.decided_why = why[:2000]
    locked.save(update_fields=["state", "decided_by", "decided_at", "decided_why"])
    trail.done(link=link(locked), at=at)
    _tell(locked, "policy.sent_back", SENT_BACK, f"/policy/drafts/{locked.pk}", at)
    _note(locked, "send_back", here, at)
    return locked


@transaction.atomic
def publish_draft(
    *, here: Workplace, draft: PolicyDraft, seen: int, at: datetime, marker: str | None = None
) -> PolicyVersion:
    """Publish what was submitted: a new version, in force at once or from the day that the draft names.

    The project's values become the version's own, so that its bytes say all. `seen` and `marker`: the draft and what was in force
    as whoever publishes read them. Raises Refusal: whoever submitted it, changed meanwhile, and all that `put_in_force` refuses.
    """
    project = Project.objects.select_for_update(no_key=True).get(pk=here.project.pk)
    locked = _lock(here, draft, Right.POLICIES, State.SUBMITTED)
    _refuse_submitter(here, locked)
    if locked.version != seen:
        raise _changed()
    _refuse_unready(locked)
    pack = _numbered(locked)
    version = keep(pack, at)
    put_in_force(
        project=project, policy=version, terms=None if locked.since else _terms(project, pack), by=here.user.pk, at=at,
        since=locked.since, seen=marker,
    )  # fmt: skip
    locked.state, locked.published = State.PUBLISHED, version
    locked.decided_by, locked.decided_at = here.user, at
    locked.save(update_fields=["state", "published", "decided_by", "decided_at"])
    trail.done(link=link(locked), at=at)
    _tell(locked, "policy.published", PUBLISHED, "/policy", at)
    _note(locked, "publish", here, at, version=str(version))
    return version


def _numbered(draft: PolicyDraft) -> Pack:
    """The draft as a policy with the next free number: 1 becomes 1.1, then 1.2. Two projects take their numbers in turn."""
    pack, major = draft.base.pack, draft.base.version.partition(".")[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"policy version {pack}"])
    taken = PolicyVersion.objects.filter(pack=pack, version__startswith=f"{major}.").values_list("version", flat=True)
    last = max((int(number.partition(".")[2]) for number in taken), default=0)
    content: edits.Content = {**draft.content, "version": f"{major}.{last + 1}"}
    return drafting.would_be(content, draft.params)


def _terms(project: Project, pack: Pack) -> Terms | None:
    """What registration and reception need, as it is, apart from what the policy lays down itself."""
    if not rules_of_terms.asked(pack):
        return None
    seconds = pack.values.get(rules_of_terms.SIMULTANEOUS, project.terms.simultaneous_seconds)
    return replace(project.terms, simultaneous_seconds=seconds)


def _lock(here: Workplace, draft: PolicyDraft, right: str, state: State) -> PolicyDraft:
    if not here.may(right):
        raise Refusal("not_yours_to_draft", _("你没有起草制度的权利"), status=404)
    locked = PolicyDraft.objects.select_for_update().get(pk=draft.pk, project=here.project)
    if locked.state != state:
        told = _("这份草稿没有送审，或者刚撤回了") if locked.state == State.DRAFT else drafting.closed(locked)
        raise Refusal("draft_closed", told, status=409)
    return locked


def _refuse_submitter(here: Workplace, draft: PolicyDraft) -> None:
    if draft.submitted_by_id == here.user.pk:
        raise Refusal("second_person", _("是你送审的，要另一个人来定"), status=409)


def _tell(draft: PolicyDraft, kind: str, sentence: str, where: str, at: datetime) -> None:
    """Whoever began it and whoever submitted it, once each."""
    for user in {draft.by_id, draft.submitted_by_id} - {draft.decided_by_id, None}:
        trail.tell(
            to=user, kind=kind, project=draft.project.code, link=where, at=at, sentence=sentence, policy=drafting.title(draft)
        )  # fmt: skip


def _note(draft: PolicyDraft, act: str, here: Workplace, at: datetime, **detail: Any) -> None:
    trail.note(
        by=here.user.pk, action=f"draft.{act}", subject=f"draft:{draft.pk}", at=at, project=draft.project.code,
        policy=draft.base.pack, **detail,
    )  # fmt: skip
