"""The API of the policies in force (设置 → 制度): what is shipped, set, checked, started, stopped, called off."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from arbitration import services
from arbitration import terms as rules_of_terms
from arbitration.api.drafts import ProblemLine
from arbitration.models import Collision
from arbitration.policies import drafting, offers, parameters, starting
from arbitration.policies.offers import Held, Offer
from arbitration.services.policies import call_off
from people.api import Asked, Request, Resource, Text, keyed
from people.api.conditions import tagged, unchanged
from people.api.proof import PROOF, proved
from people.roles import Right
from people.terms import Terms
from trail import clock
from trail.refusals import Refusal

TERMS = (
    "protection_days",
    "disclose_owner",
    "routing",
    "sign_limit_yuan",
)  # of those that a policy lays down, what people set


class PolicyHeld(serializers.Serializer):
    """A policy that governs, or is to."""

    policy = serializers.CharField(help_text="id@version")
    decides = serializers.ListField(child=serializers.CharField(), source="scopes", help_text="in words")
    settings = serializers.SerializerMethodField(help_text="what the project sets otherwise than the policy")

    def get_settings(self, held: Held) -> dict[str, Any]:
        """By the names of its parameters."""
        return dict(held.rows[0].params)


class PolicyOffer(serializers.Serializer):
    """A shipped policy."""

    id = serializers.CharField(help_text="as it stands in addresses")
    title = serializers.SerializerMethodField()
    decides = serializers.ListField(child=serializers.CharField(), source="scopes", help_text="in words")
    held = PolicyHeld(allow_null=True, help_text="null: it is not in force")
    replaces = PolicyHeld(allow_null=True, help_text="another version of it, which starting this one would end")
    blocked_by = PolicyHeld(allow_null=True, help_text="another policy decides the same: that one is stopped first")

    def get_title(self, offer: Offer) -> str:
        """As readers know it."""
        return offer.pack.title[offers.language()]


class PolicyShelf(serializers.Serializer):
    """What is in force, and all that is shipped."""

    in_force = PolicyHeld(many=True)
    offers = PolicyOffer(many=True)


class PolicyParameter(serializers.Serializer):
    """What a project may set of a policy."""

    name = serializers.CharField()
    label = serializers.CharField()
    clause = serializers.CharField()
    kind = serializers.CharField(help_text="one, several, days, points, yes_no, number or text")
    value = serializers.JSONField(help_text="as it is in force, else the policy's own")
    own = serializers.JSONField(help_text="what the policy says itself")
    least = serializers.IntegerField(allow_null=True)
    most = serializers.IntegerField(allow_null=True)
    choices = serializers.ListField(child=serializers.CharField(), help_text="of one and several")


class PolicyTerms(Asked):
    """What registration and reception need of a policy."""

    protection_days = serializers.IntegerField(allow_null=True, help_text="null: no expiry")
    disclose_owner = serializers.BooleanField(help_text="whether colleagues who look up a customer are told the owner")
    routing = serializers.ListField(
        child=serializers.ChoiceField(rules_of_terms.WAYS),
        help_text="who receives a visitor, the first that applies",
    )
    sign_limit_yuan = serializers.IntegerField(
        allow_null=True, help_text="above which only the general manager signs; null: no limit"
    )


class PolicyPaper(PolicyOffer):
    """One shipped policy with what may be set."""

    seen = serializers.CharField(
        help_text="say it when you start it, so that nobody overwrites what they have not seen"
    )
    parameters = PolicyParameter(many=True)
    terms = PolicyTerms(allow_null=True, help_text="as they are, or as it suggests; null: it has no say in them")


class PolicyAsked(Asked):
    """How it is to govern. Parameters that are not named are as the policy has them."""

    settings = serializers.DictField(child=serializers.JSONField(allow_null=True), default=dict)
    terms = PolicyTerms(default=None, allow_null=True, help_text="null: as `GET policies/<id>` tells them")


class PolicyStartAsked(PolicyAsked):
    """The same, and what was in force when it was decided."""

    seen = Text(max_length=16, help_text="as told by GET")


class PolicyChecked(serializers.Serializer):
    """What would come of starting it."""

    problems = ProblemLine(many=True, help_text="an error keeps it from being started")
    against = serializers.ListField(child=serializers.CharField(), help_text="where terms and parameters disagree")
    unruled = serializers.IntegerField(help_text="cases that are open: they keep the policy that they began under")
    replaces = PolicyHeld(allow_null=True)
    blocked_by = PolicyHeld(allow_null=True)


class PolicyStopped(serializers.Serializer):
    """What is governed no longer."""

    scopes = serializers.IntegerField(help_text="how many matters are free now")


class Policies(Resource):
    """The policies that a project can be governed by."""

    rights = {"GET": (Right.POLICIES,)}

    @extend_schema(responses={200: PolicyShelf})
    def get(self, request: Request) -> Response:
        """In force, and shipped."""
        rows = offers.open_rows(request.workplace.project, clock.now())
        return Response(PolicyShelf({"in_force": offers.held(rows), "offers": offers.offers(rows)}).data)


class PolicyById(Resource):
    """One shipped policy."""

    rights = {"GET": (Right.POLICIES,)}

    @extend_schema(responses={200: PolicyPaper})
    @tagged("seen")
    def get(self, request: Request, pack: str) -> Response:
        """What may be set of it, as it is set now."""
        rows, offer = starting.found(request.workplace.project, pack, clock.now())
        terms = starting.terms_of(offer, rows, request.workplace.project)
        data = PolicyOffer(offer).data | {
            "seen": offers.marker(rows),
            "parameters": PolicyParameter([_told(offer, name) for name in offer.pack.params], many=True).data,
            "terms": PolicyTerms(terms).data if terms else None,
        }
        return Response(data)


class PolicyCheck(Resource):
    """What starting a policy would come to. Nothing is written."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(request=PolicyAsked, responses={200: PolicyChecked})
    @keyed
    def post(self, request: Request, pack: str) -> Response:
        """What the static checks find, and what contradicts it."""
        project = request.workplace.project
        offer, _given, params, terms = _asked(request, pack, PolicyAsked)
        values = {**offer.pack.values, **params}
        found = {
            "problems": [{**vars(one), "counts": one.counts, "says": drafting.told(one)} for one in services.examine(offer.pack, params)],
            "against": list(rules_of_terms.contradictions(values, terms)) if terms else [],
            "unruled": Collision.objects.unruled().filter(project=project).count(),
            "replaces": offer.replaces, "blocked_by": offer.blocked_by,
        }  # fmt: skip
        return Response(PolicyChecked(found).data)


class PolicyStart(Resource):
    """Put a shipped policy in force."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(request=PolicyStartAsked, parameters=[PROOF], responses={200: PolicyHeld})
    @proved
    @unchanged("seen")
    @keyed
    def post(self, request: Request, pack: str) -> Response:
        """From now on it governs; cases that began before keep theirs."""
        project, now = request.workplace.project, clock.now()
        offer, given, params, terms = _asked(request, pack, PolicyStartAsked)
        services.put_in_force(
            project=project, policy=services.publish(offer.id, at=now), terms=terms, params=params,
            by=request.user.pk, at=now, seen=given["seen"],
        )  # fmt: skip
        return Response(PolicyHeld(starting.held_of(project, offer.pack.id, now)).data)


class PolicyStop(Resource):
    """Stop a policy."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(request=None, parameters=[PROOF], responses={200: PolicyStopped})
    @proved
    @keyed
    def post(self, request: Request, pack: str) -> Response:
        """From now on it governs nothing, and a version of it that was to come is called off."""
        project, now = request.workplace.project, clock.now()
        held = _held(request, pack)
        count = services.withdraw(project=project, pack=held.policy.pack, by=request.user.pk, at=now)
        return Response(PolicyStopped({"scopes": count}).data)


class PolicyCallOff(Resource):
    """Call off a version that was to govern from a day to come."""

    rights = {"POST": (Right.POLICIES,)}

    @extend_schema(request=None, responses={200: PolicyHeld})
    @keyed
    def post(self, request: Request, pack: str) -> Response:
        """What governs now goes on. 409 where nothing was to come, and of a policy that is not in force."""
        project, now = request.workplace.project, clock.now()
        held = starting.held_of(project, pack, now)
        name = held.policy.pack if held else starting.found(project, pack, now)[1].pack.id
        call_off(project=project, pack=name, by=request.user.pk, at=now)
        return Response(PolicyHeld(held).data)


def _held(request: Request, pack: str) -> Held:
    held = starting.held_of(request.workplace.project, pack, clock.now())
    if held is None:
        raise Http404
    return held


def _told(offer: Offer, name: str) -> dict[str, Any]:
    param = offer.pack.params[name]
    return {
        "name": name, "label": parameters.label(name, param, offers.language()), "clause": param["clause"],
        "kind": parameters.kind(name, param), "value": offer.params.get(name, param["value"]), "own": param["value"],
        "least": param.get("min"), "most": param.get("max"),
        "choices": list(parameters.ONE.get(name) or parameters.SEVERAL.get(name) or ()),
    }  # fmt: skip


def _asked(
    request: Request, pack: str, serializer: type[PolicyAsked]
) -> tuple[Offer, dict[str, Any], dict[str, Any], Terms | None]:
    """The policy (404 before the body is looked at), the body, the parameters that differ from the policy's own, and the terms."""
    rows, offer = starting.found(request.workplace.project, pack, clock.now())
    given = serializer.read(request)
    with _named():
        params = parameters.differing(offer.pack, given["settings"])
        terms = _terms(starting.terms_of(offer, rows, request.workplace.project), given["terms"])
        if terms is not None:
            terms = starting.apart(terms, {**offer.pack.values, **params})
            rules_of_terms.judge(terms)
    return offer, given, params, terms


def _terms(now: Terms | None, given: dict[str, Any] | None) -> Terms | None:
    if given is None:
        return now
    if now is None:
        raise Refusal("terms_not_asked", _("这份制度不管报备和接待，不用写 terms"), field="terms")
    return replace(now, **given | {"routing": tuple(given["routing"])})


@contextmanager
def _named() -> Iterator[None]:
    """What is wrong goes by the name that it has in the request."""
    try:
        yield
    except Refusal as refusal:
        field = refusal.field
        if field.startswith("p_"):
            refusal.field = f"settings.{field.removeprefix('p_')}"
        elif field.startswith("route_"):
            refusal.field = "terms.routing"
        elif field in TERMS:
            refusal.field = f"terms.{field}"
        raise
