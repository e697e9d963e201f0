"""The API of the mail server and the SMS gateway (设置 → 渠道). A password is written and never told."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people import deliveries
from people import services as acts
from people.api.idempotency import keyed
from people.api.proof import PROOF, proved
from people.api.resource import Request, Resource
from people.api.serializers import Asked, Text
from people.api.trials import tried
from people.channels import sms, smtp, typed
from people.models import MailServer, SmsGateway
from people.roles import Right
from people.services.channels import Server
from people.services.sms import TRIALS_AN_HOUR, GatewayGiven
from trail import clock

PORT: dict[str, int] = {"min_value": 1, "max_value": 65_535}
KEEPS = "empty: the one that is stored stays"


class NotSentFor(serializers.Serializer):
    """Why so many did not go out."""

    reason = serializers.CharField()
    count = serializers.IntegerField()


class MailServerLine(serializers.Serializer):
    """The mail server."""

    host = serializers.CharField()
    port = serializers.IntegerField()
    security = serializers.ChoiceField(MailServer.Security.choices)
    username = serializers.CharField()
    sender = serializers.CharField()
    changed_at = serializers.DateTimeField()


class MailTold(serializers.Serializer):
    """The mail server, and what became of the last days' letters."""

    server = MailServerLine(allow_null=True, help_text="null: nobody has entered one, and nothing goes by mail")
    sent = serializers.IntegerField(source="sent_count")
    waiting = serializers.IntegerField(source="waiting_count")
    skipped = NotSentFor(many=True)
    failed = NotSentFor(many=True)


class MailServerAsked(Asked):
    """The mail server as its provider names it."""

    host = Text(max_length=253)
    port = serializers.IntegerField(**PORT)
    security = serializers.ChoiceField(MailServer.Security.choices)
    username = Text(max_length=200, default="", allow_blank=True, help_text="empty: without logging in")
    secret = Text(max_length=200, default="", allow_blank=True, trim_whitespace=False, help_text=KEEPS)
    sender = serializers.EmailField(max_length=254)

    def validate_host(self, text: str) -> str:
        """A name or an address."""
        return typed.host(text, "smtp.example.com")


class SmsGatewayLine(serializers.Serializer):
    """The SMS gateway."""

    host = serializers.CharField()
    port = serializers.IntegerField()
    tls = serializers.BooleanField()
    account = serializers.CharField()
    sender = serializers.CharField()
    signature = serializers.CharField()
    changed_at = serializers.DateTimeField()


class SmsTold(serializers.Serializer):
    """The SMS gateway."""

    gateway = SmsGatewayLine(allow_null=True, help_text="null: nothing goes by SMS")


class SmsGatewayAsked(Asked):
    """The gateway as its operator names it (SMPP 3.4)."""

    host = Text(max_length=253)
    port = serializers.IntegerField(**PORT)
    tls = serializers.BooleanField(help_text="false: on this machine and in one's own network only")
    account = Text(max_length=15, help_text="system_id")
    secret = Text(max_length=8, default="", allow_blank=True, trim_whitespace=False, help_text=KEEPS)
    sender = Text(max_length=20, default="", allow_blank=True)
    signature = Text(max_length=12, help_text="as the carrier knows it, without 【】")

    def validate_host(self, text: str) -> str:
        """A name or an address."""
        return typed.host(text, "smpp.example.com")

    def validate_sender(self, text: str) -> str:
        """Digits or letters."""
        return typed.sender(text)

    def validate_signature(self, text: str) -> str:
        """Short enough for one message."""
        return typed.signature(text)


class Sent(serializers.Serializer):
    """It went out."""

    sent = serializers.BooleanField()


class MailServerNow(Resource):
    """The mail server of the installation."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}

    @extend_schema(responses={200: MailTold})
    def get(self, request: Request) -> Response:
        """With what became of the last days' letters."""
        return Response(MailTold({"server": smtp.mail_server()} | deliveries.lately(clock.now())).data)

    @extend_schema(request=MailServerAsked, parameters=[PROOF], responses={200: MailServerLine})
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """Mail goes through this one from now on; what failed before is tried again at once."""
        given = Server(**MailServerAsked.read(request))
        row = acts.save_mail_server(here=request.workplace, given=given, at=clock.now())
        return Response(MailServerLine(row).data)


class MailServerTry(Resource):
    """Try a mail server."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=MailServerAsked, parameters=[PROOF], responses={200: Sent})
    @proved
    @tried("mail")
    @keyed
    def post(self, request: Request) -> Response:
        """Send a mail to oneself with what was typed; nothing is saved. Refused with what the server answered."""
        given = Server(**MailServerAsked.read(request))
        acts.try_mail_server(here=request.workplace, given=given, at=clock.now())
        return _sent()


class SmsGatewayNow(Resource):
    """The SMS gateway of the installation."""

    rights = {"GET": (Right.SETTINGS,), "POST": (Right.SETTINGS,)}

    @extend_schema(responses={200: SmsTold})
    def get(self, request: Request) -> Response:
        """Without its password."""
        return _gateway(sms.gateway())

    @extend_schema(request=SmsGatewayAsked, parameters=[PROOF], responses={200: SmsTold})
    @proved
    @keyed
    def post(self, request: Request) -> Response:
        """SMS go through this one from now on."""
        given = GatewayGiven(**SmsGatewayAsked.read(request))
        return _gateway(acts.save_gateway(here=request.workplace, given=given, at=clock.now()))


class SmsGatewayTry(Resource):
    """Try an SMS gateway."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=SmsGatewayAsked, parameters=[PROOF], responses={200: Sent})
    @proved
    @tried("sms", limit=TRIALS_AN_HOUR)
    @keyed
    def post(self, request: Request) -> Response:
        """Send an SMS to one's own work telephone; nothing is saved. Refused with what the gateway answered."""
        given = GatewayGiven(**SmsGatewayAsked.read(request))
        acts.try_gateway(here=request.workplace, given=given, at=clock.now())
        return _sent()


class SmsGatewayOff(Resource):
    """Do without SMS."""

    rights = {"POST": (Right.SETTINGS,)}

    @extend_schema(request=None, responses={200: SmsTold})
    @keyed
    def post(self, request: Request) -> Response:
        """Nothing goes by SMS any more; what waits is let go."""
        acts.drop_gateway(here=request.workplace, at=clock.now())
        return _gateway(None)


def _gateway(row: SmsGateway | None) -> Response:
    shown: Any = {"gateway": row}
    return Response(SmsTold(shown).data)


def _sent() -> Response:
    return Response(Sent({"sent": True}).data)
