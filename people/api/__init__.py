"""What the API of every app is made of: who asks, what they may, how they are refused, how much, and how often (docs/api.md)."""

from people.api.idempotency import created, keyed
from people.api.pagination import PAGING, page
from people.api.resource import FileResource, Request, Resource
from people.api.serializers import Asked, OneOf, Person, Text

__all__ = [
    "PAGING",
    "Asked",
    "FileResource",
    "OneOf",
    "Person",
    "Request",
    "Resource",
    "Text",
    "created",
    "keyed",
    "page",
]
