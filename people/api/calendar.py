"""The API of the company's working calendar (设置 → 日历): what terms of working days are counted by. Days are local."""

from datetime import date
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from people.api.idempotency import keyed
from people.api.resource import Request, Resource
from people.api.serializers import Asked, Text
from people.calendar import FIRST_YEAR, LAST_YEAR, company_calendar, days_of, published
from people.roles import Right
from people.services.calendar import change_days, undo_changes
from trail import clock

ADMINISTRATORS = (Right.SETTINGS,)
YEAR = OpenApiParameter("year", {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}, required=True)


class YearAsked(Asked):
    """Which year."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)


class SpanAsked(Asked):
    """Days in a row."""

    first = serializers.DateField()
    last = serializers.DateField(help_text="this day, too; for one day the same as `first`")


class DaysAsked(SpanAsked):
    """Days on which the company works, or rests."""

    working = serializers.BooleanField()
    name = Text(max_length=40, allow_blank=True, default="", help_text="what they are called; everybody sees it")


class DayLine(serializers.Serializer):
    """A day that the company changed."""

    day = serializers.DateField()
    working = serializers.BooleanField()
    name = serializers.CharField()


class CalendarYear(serializers.Serializer):
    """A year as the company works it."""

    year = serializers.IntegerField()
    estimated = serializers.BooleanField(help_text="the state's notice for this year is not known yet")
    resting = serializers.ListField(child=serializers.DateField(), help_text="Monday to Friday, and yet nobody works")
    working = serializers.ListField(child=serializers.DateField(), help_text="a weekend's day, and yet it is worked")
    changes = DayLine(many=True, help_text="what the company changed; the rest is the state's")


class WorkingDays(Resource):
    """The company's working days."""

    rights = {"GET": ADMINISTRATORS, "POST": ADMINISTRATORS}

    @extend_schema(parameters=[YEAR], responses={200: CalendarYear})
    def get(self, request: Request) -> Response:
        """A year: where it differs from Monday to Friday, and what the company changed."""
        asked = YearAsked(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        return Response(_year(asked.validated_data["year"]))

    @extend_schema(request=DaysAsked, responses={200: CalendarYear})
    @keyed
    def post(self, request: Request) -> Response:
        """The company works, or rests, on these days; sixty at most at once. Terms are counted by it from now on."""
        given = DaysAsked.read(request)
        change_days(here=request.workplace, at=clock.now(), **given)
        return Response(_year(given["first"].year))


class WorkingDaysUndo(Resource):
    """Days that follow the state's calendar again."""

    rights = {"POST": ADMINISTRATORS}

    @extend_schema(request=SpanAsked, responses={200: CalendarYear})
    @keyed
    def post(self, request: Request) -> Response:
        """Refused where the company changed none of them (409)."""
        given = SpanAsked.read(request)
        undo_changes(here=request.workplace, at=clock.now(), **given)
        return Response(_year(given["first"].year))


def _year(year: int) -> Any:
    calendar = company_calendar()
    days = list(days_of(date(year, 1, 1), date(year, 12, 31)))
    return CalendarYear(
        {
            "year": year, "estimated": not published(year),
            "resting": [day for day in days if day.weekday() < 5 and not calendar.is_working(day)],
            "working": [day for day in days if day.weekday() >= 5 and calendar.is_working(day)],
            "changes": [
                {"day": day, "working": working, "name": name}
                for day, (working, name) in sorted(calendar.changes.items()) if day.year == year
            ],
        }
    ).data  # fmt: skip
