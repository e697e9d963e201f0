"""The API of webhooks: made, changed, tried, switched, and what became of what was sent. What is sent is described here too."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiWebhook, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response

from people.api.conditions import tagged, unchanged
from people.api.idempotency import created, keyed
from people.api.pagination import PAGING, page
from people.api.proof import PROOF, proved
from people.api.resource import Request, Resource
from people.api.serializers import AddressAsked, Asked, StateAsked, Stated, Text
from people.hooks import EVENTS, why
from people.models import Hook, HookDelivery
from people.outgoing import LONGEST
from people.roles import Right
from people.services import hooks as services
from trail import clock

KINDS = tuple(EVENTS)


class HookLine(Stated):
    """A webhook."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    address = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(KINDS))
    on = serializers.BooleanField()
    made_at = serializers.DateTimeField()
    failing_since = serializers.DateTimeField(allow_null=True, help_text="nothing arrived since; null while it does")


class HookMade(HookLine):
    """A webhook that was made just now."""

    secret = serializers.CharField(
        allow_null=True,
        help_text="what it is signed with, `whsec_…`; told once: null where the same request is sent again",
    )


class HookList(serializers.Serializer):
    """A page of webhooks."""

    results = HookLine(many=True)
    next = serializers.CharField(allow_null=True)


class HookAsked(AddressAsked):
    """Where it listens, and what it hears of."""

    name = Text(max_length=40)
    address = Text(max_length=LONGEST, help_text="https, and of the open internet")
    events = serializers.ListField(child=serializers.ChoiceField(KINDS), allow_empty=False)

    def look_at(self, address: str, data: Mapping[str, Any]) -> None:
        """Raises Refusal (hook_…)."""
        services.look_at(address)


class HookChangeAsked(HookAsked, StateAsked):
    """A webhook as it is to be."""


class HookSwitchAsked(Asked):
    """On or off."""

    on = serializers.BooleanField()


class DeliveryLine(serializers.Serializer):
    """One event on its way to a webhook."""

    id = serializers.IntegerField(source="pk")
    event = serializers.UUIDField(help_text="the header `webhook-id`: the same with each try")
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    state = serializers.ChoiceField(HookDelivery.State.choices)
    tries = serializers.IntegerField()
    answer = serializers.IntegerField(allow_null=True, help_text="HTTP status of the last try")
    why = serializers.SerializerMethodField(help_text="why the last try did not arrive, in words; else empty")
    due_at = serializers.DateTimeField(help_text="not before, while it waits")
    done_at = serializers.DateTimeField(allow_null=True)

    def get_why(self, row: HookDelivery) -> str:
        """A sentence."""
        return why(row.why) if row.why else ""


class DeliveryList(serializers.Serializer):
    """A page of deliveries."""

    results = DeliveryLine(many=True)
    next = serializers.CharField(allow_null=True)


class Webhooks(Resource):
    """Programs that hear of what happens in the project, at most twenty."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}
    secret: str | None = None

    @extend_schema(parameters=PAGING, responses={200: HookList})
    def get(self, request: Request) -> Response:
        """The newest first. No secret is told."""
        rows = Hook.objects.filter(project=request.workplace.project)
        return page(request, rows, by="made_at", show=lambda found: HookLine(found, many=True).data)

    @extend_schema(request=HookAsked, parameters=[PROOF], responses={201: HookMade})
    @proved
    def post(self, request: Request) -> Response:
        """Make one; the answer tells its secret, this once."""
        made = self._make(request)
        made.data = {**made.data, "secret": self.secret}  # beside what is kept under the key
        return made

    post.keyed = True  # type: ignore[attr-defined]

    @keyed
    def _make(self, request: Request) -> Response:
        hook, self.secret = services.make_hook(here=request.workplace, at=clock.now(), **HookAsked.read(request))
        return created(HookLine(hook).data, reverse("api_webhook", args=[hook.pk]))


class WebhookById(Resource):
    """One webhook."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(responses={200: HookLine})
    @tagged("version")
    def get(self, request: Request, pk: UUID) -> Response:
        """Where it listens, to what, and whether it takes what it gets."""
        return Response(HookLine(_found(request, pk)).data)


class WebhookChange(Resource):
    """Change a webhook."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=HookChangeAsked, parameters=[PROOF], responses={200: HookLine})
    @proved
    @unchanged("version")
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Name, address and events; its secret stays."""
        hook, given = _found(request, pk), HookChangeAsked.read(request)
        hook = services.change_hook(here=request.workplace, hook=hook, at=clock.now(), **given)
        return Response(HookLine(hook).data)


class WebhookSwitch(Resource):
    """Switch a webhook on or off."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=HookSwitchAsked, responses={200: HookLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Off: what waits is not sent. On: it hears of what happens from now on."""
        hook, given = _found(request, pk), HookSwitchAsked.read(request)
        hook = services.switch_hook(here=request.workplace, hook=hook, at=clock.now(), **given)
        return Response(HookLine(hook).data)


class WebhookTry(Resource):
    """Try a webhook."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: DeliveryLine})
    @keyed
    def post(self, request: Request, pk: UUID) -> Response:
        """Send `webhook.test` now and once; the answer says what became of it."""
        row = services.try_hook(here=request.workplace, hook=_found(request, pk), at=clock.now())
        return Response(DeliveryLine(row).data)


class WebhookDeliveries(Resource):
    """What was sent to a webhook."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(parameters=PAGING, responses={200: DeliveryList})
    def get(self, request: Request, pk: UUID) -> Response:
        """The newest first."""
        rows = _found(request, pk).deliveries.all()
        return page(request, rows, by="at", show=lambda found: DeliveryLine(found, many=True).data)


class WebhookDeliveryAgain(Resource):
    """Send something again."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: DeliveryLine})
    @keyed
    def post(self, request: Request, pk: UUID, delivery: int) -> Response:
        """What arrived or failed goes once more, before whatever waits."""
        hook = _found(request, pk)
        row = get_object_or_404(hook.deliveries, pk=delivery)
        sent = services.send_delivery_again(here=request.workplace, hook=hook, delivery=row.pk, at=clock.now())
        return Response(DeliveryLine(sent).data)


def _found(request: Request, pk: UUID) -> Hook:
    return get_object_or_404(Hook, pk=pk, project=request.workplace.project)


# ── what is sent ──

ENVELOPE = (
    "Signed as Standard Webhooks has it: `webhook-signature` is `v1,` and the HMAC-SHA256 in base64 over id, time and body"
    " (`webhook-id`.`webhook-timestamp`.body) under the bytes of the secret. Sent in order and at least once, until it is answered"
    " 2xx: the same `webhook-id` is the same event. `webhook.test` is sent on trial."
)


def _body(kind: str) -> Any:
    """The serializer of what is sent of this kind."""
    event, name = EVENTS[kind], "".join(part.capitalize() for part in kind.split("."))
    text = serializers.CharField
    data = {
        "project": text(help_text="its code"), event.names: text(help_text="its number"),
        "link": text(help_text="where people see it"), "resource": text(help_text="where programs do"),
        **{fact: text() for fact in event.facts},
    }  # fmt: skip
    return inline_serializer(
        f"Event{name}",
        {
            "type": serializers.CharField(help_text=f"`{kind}`"), "timestamp": serializers.DateTimeField(),
            "data": inline_serializer(f"Event{name}Data", data),
        },
    )  # fmt: skip


def described() -> list[OpenApiWebhook]:
    """Every kind of event, for the document."""
    return [
        OpenApiWebhook(
            kind,
            extend_schema(summary=kind, description=ENVELOPE, request=_body(kind), responses={200: None, 410: None}),
        )
        for kind in KINDS
    ]


DESCRIBED = described()
