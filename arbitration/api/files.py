"""The API of the files of a case. The same services as the pages; a file goes in as multipart/form-data."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from arbitration import services
from arbitration.cases import reads
from arbitration.cases.attachments import ORIGINAL, TAKEN, Seen, Sight, Viewer, seen_file, seen_files
from arbitration.models import Attachment, CaseEvent, Collision
from arbitration.services.attaching import Opened, may_cover
from arbitration.uploads import Box, Safe, read_bounded
from arbitration.uploads.kinds import MOST_BYTES
from people.api import Asked, FileResource, Person, Request, Resource, Text, keyed
from people.api.resource import JsonParser
from people.roles import Right
from trail import clock
from trail.refusals import Refusal

SEES = (Right.CASES, Right.OWN_BOOKS)
BRINGS = (Right.OWN_BOOKS, Right.EVIDENCE)
MOST_BODY = MOST_BYTES + 100_000  # bytes: a file and a few words
SIGHTS = {Sight.EXISTS: "exists", Sight.PAGES: "copy", Sight.WHOLE: "whole"}


class UploadParser(MultiPartParser):
    """multipart/form-data of a size that a file may have; more is refused before it is read."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        """The fields and the file."""
        length = str((parser_context or {})["request"].META.get("CONTENT_LENGTH") or 0)
        if not length.isdigit() or int(length) > MOST_BODY:
            raise Refusal("too_large", _("文件超过 10 MB：拍小一点，或者分开传"), status=413)
        found = super().parse(stream, media_type, parser_context)
        both = found.data.copy()
        both.update(found.files)
        return both


@extend_schema_field(OpenApiTypes.BINARY)
class FileField(serializers.FileField):
    """A file. What it is called does not matter."""


class FileAsked(Asked):
    """A file, what it is, and what it proves."""

    file = FileField(allow_empty_file=True)
    kind = serializers.ChoiceField(choices=Attachment.Kind.values)
    says = Text(max_length=200, help_text="what it proves, in a line; no telephone number")
    event = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="of your own, that it shows"
    )


class FileTold(serializers.Serializer):
    """A file as you see it. Of the other side's: that there is one, until the ruling; after it, a copy with parts covered."""

    id = serializers.IntegerField(source="file.pk")
    kind = serializers.ChoiceField(source="file.kind", choices=Attachment.Kind.values)
    state = serializers.ChoiceField(source="file.state", choices=Attachment.State.values)
    by = Person(source="file.by")
    staged_at = serializers.DateTimeField(source="file.staged_at")
    submitted_at = serializers.DateTimeField(source="file.submitted_at", allow_null=True)
    sight = serializers.SerializerMethodField(help_text="`exists`, `copy` or `whole`: how much of it you may see")
    says = serializers.SerializerMethodField(help_text="what it proves; empty where you see only that it exists")
    sha256 = serializers.SerializerMethodField(help_text="of what was sent; empty unless you see it whole")
    copies = serializers.SerializerMethodField(help_text="ids of the copies with parts covered that you may open")

    @extend_schema_field(serializers.ChoiceField(choices=list(SIGHTS.values())))
    def get_sight(self, seen: Seen) -> str:
        """In a word."""
        return SIGHTS[seen.sight]

    def get_says(self, seen: Seen) -> str:
        """A line."""
        return seen.file.says if seen.copy else ""

    def get_sha256(self, seen: Seen) -> str:
        """Hexadecimal."""
        return bytes(seen.file.sha256).hex() if seen.own else ""

    def get_copies(self, seen: Seen) -> list[int]:
        """The oldest first."""
        return [row.pk for row in seen.covered] or ([seen.copy.pk] if seen.copy and seen.copy != seen.file else [])


class FileList(serializers.Serializer):
    """The files of a case, in order."""

    results = FileTold(many=True)


def _told(request: Request, case: Collision, pk: int) -> Any:
    return FileTold(seen_file(Viewer(request.workplace, case), pk)).data


def _list(request: Request, case: Collision) -> Response:
    return Response(FileList({"results": seen_files(Viewer(request.workplace, case))}).data)


class CollisionFiles(Resource):
    """Files of a case."""

    rights = {"GET": SEES, "POST": BRINGS}
    parser_classes = [UploadParser, JsonParser]
    safe: Safe
    given: dict[str, Any]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """A file is looked at outside the transaction of the act, so that each look counts and none holds a lock."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST":
            case, self.given = reads.of_number(request.workplace, kwargs["no"]), FileAsked.read(request)
            self.given["content"] = read_bounded(self.given.pop("file"))
            content, here = self.given["content"], request.workplace
            self.safe = services.take_in(here=here, case=case, content=content, at=clock.now())

    @extend_schema(responses={200: FileList})
    def get(self, request: Request, no: str) -> Response:
        """The files that you see, and how much of each."""
        return _list(request, reads.of_number(request.workplace, no))

    @extend_schema(request={"multipart/form-data": FileAsked}, responses={201: FileTold})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Bring a file: JPEG, PNG, WebP or PDF by its content. Staged: only you see it until it is submitted."""
        case, given = reads.of_number(request.workplace, no), dict(self.given)
        event = (
            get_object_or_404(CaseEvent, pk=given.pop("event"), collision=case, by=request.user)
            if "event" in given
            else None
        )
        file = services.stage_file(
            here=request.workplace, case=case, safe=self.safe, event=event, at=clock.now(), **given
        )
        return Response(_told(request, case, file.pk), status=201)


class SubmitAsked(Asked):
    """Which of your staged files."""

    files = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**62), min_length=1, max_length=50
    )


class CollisionFilesSubmit(Resource):
    """Submit files."""

    rights = {"POST": BRINGS}

    @extend_schema(request=SubmitAsked, responses={200: FileList})
    @keyed
    def post(self, request: Request, no: str) -> Response:
        """Submit what you staged: final from then on; more can be added until the ruling."""
        case, given = reads.of_number(request.workplace, no), SubmitAsked.read(request)
        services.submit_files(here=request.workplace, case=case, files=given["files"], at=clock.now())
        return _list(request, case)


class FileNothing(Asked):
    """Nothing."""


class CollisionFileWithdraw(Resource):
    """Withdraw a file."""

    rights = {"POST": BRINGS}

    @extend_schema(request=FileNothing, responses={200: FileList})
    @keyed
    def post(self, request: Request, no: str, pk: int) -> Response:
        """Take back what you staged; its bytes are gone."""
        case = reads.of_number(request.workplace, no)
        get_object_or_404(case.attachments, pk=pk, by=request.user)
        FileNothing.read(request)
        services.withdraw_file(here=request.workplace, case=case, file=pk, at=clock.now())
        return _list(request, case)


class BoxAsked(Asked):
    """A part of a page, in parts of its width and height from the top left."""

    page = serializers.IntegerField(min_value=1, max_value=1000)
    left = serializers.FloatField(min_value=0, max_value=1)
    top = serializers.FloatField(min_value=0, max_value=1)
    width = serializers.FloatField(min_value=0, max_value=1)
    height = serializers.FloatField(min_value=0, max_value=1)


class CoverAsked(Asked):
    """What is not to be read."""

    boxes = BoxAsked(many=True, min_length=1, max_length=60)


class CollisionFileCover(Resource):
    """Cover parts of a file."""

    rights = {"POST": (Right.RULE, *BRINGS)}

    @extend_schema(request=CoverAsked, responses={201: FileTold})
    @keyed
    def post(self, request: Request, no: str, pk: int) -> Response:
        """Make a copy in which these parts are black; for who brought it and who rules."""
        case, here = reads.of_number(request.workplace, no), request.workplace
        seen = seen_file(Viewer(here, case), pk)
        if seen is None or not may_cover(here, seen):
            raise Http404
        given = CoverAsked.read(request)
        boxes = [Box(**(box | {"page": box["page"] - 1})) for box in given["boxes"]]
        pages = services.covered_pages(here=here, case=case, file=pk, boxes=boxes)
        services.redact_file(here=here, case=case, file=pk, pages=pages, at=clock.now())
        return Response(_told(request, case, pk), status=201)


class CollisionFileContent(FileResource):
    """The bytes of a file."""

    rights = {"GET": SEES}

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, no: str, pk: int, name: str) -> HttpResponse:
        """`copy`: pictures made by us, as JPEG or PDF. `original`: as it was sent. What is not yours leaves a line in the audit log."""
        case, asked = reads.of_number(request.workplace, no), {"copy": TAKEN, "original": ORIGINAL}.get(name)
        opened = (
            services.open_file(here=request.workplace, case=case, file=pk, what=asked, at=clock.now())
            if asked
            else None
        )
        return downloaded(opened)


def downloaded(opened: Opened | None) -> HttpResponse:
    """Bytes to be saved, never shown in a page; 404 where there is nothing for who asks."""
    if opened is None:
        raise Http404
    headers = {"Content-Disposition": f'attachment; filename="{opened.name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(opened.content, content_type="application/octet-stream", headers=headers)
