"""The API of sessions and of the systems by which people come in. The same services and refusals as the pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people import reads
from people.api import Asked, Request, Resource, Text, created, keyed
from people.api.conditions import tagged, unchanged
from people.api.proof import PROOF, proved
from people.api.serializers import StateAsked, Stated
from people.api.trials import tried
from people.devices import device_words
from people.models import Provider, SignIn
from people.roles import Right
from people.services import sessions as services
from people.services import single_sign_on
from people.services.single_sign_on import Given
from trail import clock

EVERYBODY = (Right.POLICY, Right.OWN_BOOKS)  # one of the two comes with every role


class SessionLine(serializers.Serializer):
    """A device that you are logged in on."""

    id = serializers.IntegerField(source="pk")
    device = serializers.SerializerMethodField(help_text="in words")
    address = serializers.IPAddressField(allow_null=True)
    way = serializers.ChoiceField(SignIn.Way.choices)
    at = serializers.DateTimeField(help_text="logged in")
    seen_at = serializers.DateTimeField(help_text="last used, to five minutes")

    def get_device(self, row: SignIn) -> str:
        """«Chrome · Windows»."""
        return device_words(row.device)


class SessionList(serializers.Serializer):
    """All of them."""

    results = SessionLine(many=True)


class SessionsEnded(serializers.Serializer):
    """How many were ended."""

    count = serializers.IntegerField()


class Sessions(Resource):
    """Where you are logged in by a browser (登录的设备)."""

    rights = {"GET": EVERYBODY}

    @extend_schema(responses={200: SessionList})
    def get(self, request: Request) -> Response:
        """What was used last comes first."""
        rows = services.open_sessions(request.user, clock.now())
        return Response({"results": SessionLine(rows, many=True).data})


class SessionsEnd(Resource):
    """Log out everywhere."""

    rights = {"POST": EVERYBODY}

    @extend_schema(request=None, responses={200: SessionsEnded})
    @keyed
    def post(self, request: Request) -> Response:
        """All of your sessions but the one that asks, if it is one. Tokens go on."""
        return Response({"count": services.end_own(user=request.user, at=clock.now(), except_=_own(request))})


class SessionEnd(Resource):
    """Log out on one device."""

    rights = {"POST": EVERYBODY}

    @extend_schema(request=None, responses={200: SessionsEnded})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """One of your sessions, but not the one that asks."""
        count = services.end_own(user=request.user, at=clock.now(), row=pk, except_=_own(request))
        return Response({"count": count})


class PersonSessionsEnd(Resource):
    """Log somebody out everywhere."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: SessionsEnded})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """All sessions of a person of this project, who hears of it."""
        user = get_object_or_404(reads.person(request.workplace), pk=pk)
        return Response({"count": services.end_for(here=request.workplace, user=user, at=clock.now())})


def _own(request: Request) -> str:
    """The key of the session that asks; of a token none."""
    return "" if request.auth else str(request.session.session_key)


class ProviderLine(Stated):
    """A system by which people come in (登录方式). Its secret is never told."""

    id = serializers.IntegerField(source="pk")
    kind = serializers.ChoiceField(Provider.Kind.choices)
    name = serializers.CharField()
    address = serializers.CharField(
        help_text="the issuer of OpenID Connect; of a private server where it is; else empty"
    )
    client = serializers.CharField()
    agent = serializers.CharField(
        help_text="AgentId of WeCom; the company that people must be of, of DingTalk and Feishu"
    )
    on = serializers.BooleanField()
    back = serializers.SerializerMethodField(help_text="to be entered at the provider: where it sends the browser")
    linked = serializers.SerializerMethodField(help_text="how many people")

    def get_back(self, row: Provider) -> str:
        """An address of ours."""
        return single_sign_on.back_address(row)

    def get_linked(self, row: Provider) -> int:
        """A count."""
        return row.identities.count()


class ProviderList(serializers.Serializer):
    """All of them."""

    results = ProviderLine(many=True)


class ProviderAsked(Asked):
    """What is entered of a provider."""

    name = Text(max_length=40, help_text="what the button at the login says")
    address = Text(max_length=200, default="", allow_blank=True)
    client = Text(max_length=120)
    agent = Text(max_length=40, default="", allow_blank=True)
    secret = Text(max_length=300, default="", allow_blank=True, help_text="empty: the one that is stored stays")


class ProviderNew(ProviderAsked):
    """A provider of some kind."""

    kind = serializers.ChoiceField(Provider.Kind.choices)


class ProviderChangeAsked(ProviderAsked, StateAsked):
    """A provider as it is to be."""


class ProviderSwitchAsked(Asked):
    """On or off."""

    on = serializers.BooleanField()


class Providers(Resource):
    """The systems by which people come in, beside their passwords."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}

    @extend_schema(responses={200: ProviderList})
    def get(self, request: Request) -> Response:
        """All of them, those that are off, too."""
        return Response({"results": ProviderLine(Provider.objects.order_by("pk"), many=True).data})

    @extend_schema(request=ProviderNew, parameters=[PROOF], responses={201: ProviderLine})
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """One more. Each person links their own account in the browser."""
        given = Given(**ProviderNew.read(request))
        row = single_sign_on.save_provider(here=request.workplace, given=given, at=clock.now())
        return created(ProviderLine(row).data, reverse("api_provider", args=[row.pk]))


class ProviderById(Resource):
    """One of them."""

    rights = {"GET": (Right.SETTINGS,)}

    @extend_schema(responses={200: ProviderLine})
    @tagged("version")
    def get(self, request: Request, pk: int) -> Response:
        """Without its secret."""
        return Response(ProviderLine(get_object_or_404(Provider, pk=pk)).data)


class ProviderChange(Resource):
    """Change a provider."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=ProviderChangeAsked, parameters=[PROOF], responses={200: ProviderLine})
    @proved
    @unchanged("version")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """How it is asked; an empty secret keeps the one that is stored. Of another company or server, it forgets who was linked."""
        row, asked = get_object_or_404(Provider, pk=pk), ProviderChangeAsked.read(request)
        seen, given = asked.pop("seen", ""), Given(kind=row.kind, **asked)
        saved = single_sign_on.save_provider(here=request.workplace, given=given, row=row, at=clock.now(), seen=seen)
        return Response(ProviderLine(saved).data)


class ProviderTry(Resource):
    """Ask a provider whether it knows this program."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: ProviderLine})
    @tried("provider")
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """With what is stored; refused with what it said."""
        row = get_object_or_404(Provider, pk=pk)
        kept: dict[str, Any] = {name: getattr(row, name) for name in ("kind", "name", "address", "client", "agent")}
        given = Given(**kept, secret="")
        single_sign_on.try_provider(here=request.workplace, given=given, row=row, at=clock.now())
        return Response(ProviderLine(row).data)


class ProviderSwitch(Resource):
    """Switch a provider on or off."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=ProviderSwitchAsked, responses={200: ProviderLine})
    @keyed
    def post(self, request: Request, pk: int) -> Response:
        """Off: nobody comes in by it; who is linked stays linked."""
        row = get_object_or_404(Provider, pk=pk)
        on = ProviderSwitchAsked.read(request)["on"]
        return Response(
            ProviderLine(single_sign_on.switch_provider(here=request.workplace, row=row, on=on, at=clock.now())).data
        )
