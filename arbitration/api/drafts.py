"""The API of policies: their versions, and drafts begun, changed, compared, submitted, published. The same services as the pages."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from arbitration.models import PolicyDraft, PolicyInForce
from arbitration.panels import editor
from arbitration.policies import drafting, simulating
from arbitration.policies.standing import versions
from arbitration.services import drafting as services
from arbitration.services import publishing
from people.api import PAGING, Asked, Person, Request, Resource, Text, created, keyed, page
from people.api.conditions import tagged, unchanged
from people.api.proof import PROOF, proved
from people.roles import Right
from trail import clock

SEES = (Right.DRAFTS, Right.POLICIES)


class VersionLine(serializers.Serializer):
    """A policy while it governs, governed, or is to."""

    policy = serializers.CharField(help_text="id@version")
    sha256 = serializers.SerializerMethodField(help_text="of its bytes, which a ruling pins")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(source="end", allow_null=True, help_text="not included; null goes on")
    settings = serializers.JSONField(source="params", help_text="what the project sets otherwise than the policy")

    def get_sha256(self, row: PolicyInForce) -> str:
        """Hexadecimal."""
        return bytes(row.policy.sha256).hex()


class VersionList(serializers.Serializer):
    """Every version."""

    results = VersionLine(many=True)


class PolicyVersions(Resource):
    """Policies in force, with those that were and those that are to be."""

    rights = {"GET": (Right.POLICY,)}

    @extend_schema(responses={200: VersionList})
    @tagged()
    def get(self, request: Request) -> Response:
        """The latest first."""
        return Response({"results": VersionLine(versions(request.workplace.project), many=True).data})


class DraftLine(serializers.Serializer):
    """A draft of a policy's next version."""

    id = serializers.IntegerField(source="pk")
    base = serializers.CharField(help_text="id@version that it was begun from")
    state = serializers.ChoiceField(choices=PolicyDraft.State.values)
    version = serializers.IntegerField(
        help_text="counts the changes; say it with each change, so that nobody overwrites another's"
    )
    since = serializers.DateTimeField(
        allow_null=True, help_text="from when it is to govern; null is from its publication on"
    )
    by = Person()
    begun_at = serializers.DateTimeField()
    changed_by = Person()
    changed_at = serializers.DateTimeField()
    why = serializers.CharField()
    submitted_by = Person(allow_null=True)
    decided_by = Person(allow_null=True, help_text="who published it or sent it back last")
    decided_why = serializers.CharField(help_text="why it was sent back")
    published = serializers.SerializerMethodField(help_text="id@version that came of it; else empty")

    def get_published(self, draft: PolicyDraft) -> str:
        """The version."""
        return str(draft.published or "")


class DraftList(serializers.Serializer):
    """A page of drafts."""

    results = DraftLine(many=True)
    next = serializers.CharField(allow_null=True)


class ProblemLine(serializers.Serializer):
    """What a static check finds."""

    check = serializers.CharField()
    counts = serializers.CharField(help_text="error, warning, info or accepted")
    rules = serializers.ListField(child=serializers.CharField())
    says = serializers.CharField(help_text="of two rules that contradict each other, the situation in which both apply")


class DraftPaper(DraftLine):
    """One draft with what the checks find. `content` is the policy as it would be, `settings` the project's values."""

    content = serializers.JSONField()
    settings = serializers.JSONField(source="params")
    problems = serializers.SerializerMethodField()

    @extend_schema_field(ProblemLine(many=True))
    def get_problems(self, draft: PolicyDraft) -> Any:
        """Errors, warnings, and what is meant."""
        found = drafting.problems(draft.content, draft.params)
        return ProblemLine(
            [{**vars(one), "counts": one.counts, "says": drafting.told(one)} for one in found], many=True
        ).data


class ChangeLine(serializers.Serializer):
    """One difference, in words."""

    clause = serializers.CharField()
    what = serializers.CharField()
    was = serializers.CharField()
    now = serializers.CharField()


class DraftChanges(serializers.Serializer):
    """The draft beside what is in force."""

    changes = ChangeLine(many=True)
    regions = serializers.ListField(child=serializers.CharField(), help_text="the situations whose outcome changes")
    examples = serializers.ListField(child=serializers.CharField(), help_text="worked cases that come out otherwise")
    simulation = serializers.IntegerField(allow_null=True, help_text="the newest one of the draft as it is now")


class DraftBegun(Asked):
    """From which policy: the id of one in force, or a shipped one."""

    source = Text(max_length=60)


class DraftSeen(Asked):
    """Which version of the draft you have seen."""

    seen = serializers.IntegerField(min_value=1, help_text="the draft's version that you have seen")


class ParameterChange(DraftSeen):
    """Another value of one parameter."""

    name = Text(max_length=40)
    value = serializers.JSONField(help_text="null is no value")


class SwitchChange(DraftSeen):
    """A rule on or off."""

    rule = Text(max_length=16)
    on = serializers.BooleanField()


class Submission(DraftSeen):
    """Why."""

    why = Text(max_length=2000)


class SentBack(Asked):
    """Why not."""

    why = Text(max_length=2000)


def _paper(request: Request, pk: int) -> Response:
    return Response(DraftPaper(drafting.of_number(request.workplace.project, pk)).data)


class Drafts(Resource):
    """Drafts (草稿) of policies."""

    rights = {"GET": SEES, "POST": (Right.DRAFTS,)}

    @extend_schema(parameters=PAGING, responses={200: DraftList})
    def get(self, request: Request) -> Response:
        """All of the project, the newest first."""
        rows = drafting.of_project(request.workplace.project)
        return page(request, rows, by="begun_at", show=lambda found: DraftLine(found, many=True).data)

    @extend_schema(request=DraftBegun, responses={201: DraftPaper})
    @keyed
    def post(self, request: Request) -> Response:
        """Begin one."""
        draft = services.begin_draft(here=request.workplace, at=clock.now(), **DraftBegun.read(request))
        where = reverse("api_policy_draft", args=[draft.pk])
        return created(DraftPaper(drafting.of_number(request.workplace.project, draft.pk)).data, where)


class DraftById(Resource):
    """One draft."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: DraftPaper})
    @tagged("version")
    def get(self, request: Request, pk: int) -> Response:
        """With what the checks find."""
        return _paper(request, pk)


class DraftDifference(Resource):
    """What a draft would change."""

    rights = {"GET": SEES}

    @extend_schema(responses={200: DraftChanges})
    def get(self, request: Request, pk: int) -> Response:
        """In words, in regions, in worked cases."""
        draft = drafting.of_number(request.workplace.project, pk)
        shown, newest = editor.compared(draft), simulating.latest(draft)
        examples = [name for name, _was, _now in shown["examples"]]
        found = {**shown, "examples": examples, "simulation": newest.pk if newest else None}
        return Response(DraftChanges(found).data)


class DraftParameter(Resource):
    """Change a parameter of a draft."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=ParameterChange, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Within its bounds; refused where that brings an error."""
        draft, given = drafting.of_number(request.workplace.project, pk), ParameterChange.read(request)
        values = {given["name"]: given["value"]}
        services.set_parameters(here=request.workplace, draft=draft, seen=given["seen"], given=values, at=clock.now())
        return _paper(request, pk)


class DraftSwitch(Resource):
    """Switch a rule of a draft on or off."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=SwitchChange, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """On or off; refused where that brings an error."""
        services.switch_rule(
            here=request.workplace,
            draft=drafting.of_number(request.workplace.project, pk),
            at=clock.now(),
            **SwitchChange.read(request),
        )
        return _paper(request, pk)


class MoveChange(DraftSeen):
    """A rule one place up, or down."""

    rule = Text(max_length=16)
    up = serializers.BooleanField()


class DraftMove(Resource):
    """Move a rule of a draft, where the order decides."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=MoveChange, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """One place up or down."""
        draft, given = drafting.of_number(request.workplace.project, pk), MoveChange.read(request)
        services.move_rule(here=request.workplace, draft=draft, at=clock.now(), **given)
        return _paper(request, pk)


class RuleGone(DraftSeen):
    """A rule that was added."""

    rule = Text(max_length=16)


class DraftRemove(Resource):
    """Take an added rule out of a draft again."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=RuleGone, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """A rule of the text itself can only be switched off."""
        draft, given = drafting.of_number(request.workplace.project, pk), RuleGone.read(request)
        services.remove_rule(here=request.workplace, draft=draft, at=clock.now(), **given)
        return _paper(request, pk)


class BeginningChange(DraftSeen):
    """From when it is to govern."""

    since = serializers.DateTimeField(allow_null=True, help_text="null: from its publication on")


class DraftBeginning(Resource):
    """From when a draft is to govern."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=BeginningChange, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """A moment to come."""
        draft, given = drafting.of_number(request.workplace.project, pk), BeginningChange.read(request)
        services.set_beginning(here=request.workplace, draft=draft, at=clock.now(), **given)
        return _paper(request, pk)


class DraftDrop(Resource):
    """Drop a draft."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=DraftSeen, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Nobody goes on with it."""
        draft = drafting.of_number(request.workplace.project, pk)
        services.drop_draft(here=request.workplace, draft=draft, at=clock.now(), **DraftSeen.read(request))
        return _paper(request, pk)


class DraftTakeBack(Resource):
    """Take back what was submitted."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=None, responses={200: DraftPaper})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """It can be changed again."""
        draft = drafting.of_number(request.workplace.project, pk)
        publishing.take_back(here=request.workplace, draft=draft, at=clock.now())
        return _paper(request, pk)


class DraftSubmission(Resource):
    """Submit a draft to a second person."""

    rights = {"POST": (Right.DRAFTS,)}

    @extend_schema(request=Submission, responses={200: DraftPaper})
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Nobody changes it from now on."""
        publishing.submit_draft(
            here=request.workplace,
            draft=drafting.of_number(request.workplace.project, pk),
            at=clock.now(),
            **Submission.read(request),
        )
        return _paper(request, pk)


class DraftPublication(Resource):
    """Publish what another person submitted."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(parameters=[PROOF], request=DraftSeen, responses={200: DraftPaper})
    @proved
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """A new version, in force at once or from the day that the draft names."""
        publishing.publish_draft(
            here=request.workplace,
            draft=drafting.of_number(request.workplace.project, pk),
            at=clock.now(),
            **DraftSeen.read(request),
        )
        return _paper(request, pk)


class DraftSentBack(Resource):
    """Send back what another person submitted."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(request=SentBack, responses={200: DraftPaper})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """With a reason; it can be changed again."""
        publishing.send_back(
            here=request.workplace,
            draft=drafting.of_number(request.workplace.project, pk),
            at=clock.now(),
            **SentBack.read(request),
        )
        return _paper(request, pk)
