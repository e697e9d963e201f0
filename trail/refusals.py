"""A refusal is a written sentence with a code: what is wrong and what to do. Forms show it, the API prints it as JSON."""

from collections.abc import Mapping
from typing import Any

SHORTEST = 2  # characters: less says nothing


class Refusal(Exception):
    """Something cannot be done. `sentence` is already translated; `field` names the input that it is about.

    `retry_after`: seconds after which it may be tried again, where waiting helps.
    `way`: a page on which to do what the sentence says, and what its link says.
    `record`: the line of the audit log that the attempt leaves (as `trail.services.note` takes it). Whoever catches the refusal
    writes it by `trail.services.refused`, after what the attempt had done is undone.
    """

    def __init__(
        self, code: str, sentence: Any, *, field: str = "", status: int = 422, retry_after: int | None = None,
        way: tuple[str, str] | None = None, record: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(code)
        self.code, self.sentence, self.field, self.status = code, sentence, field, status
        self.retry_after, self.way, self.record = retry_after, way, record

    def __reduce__(self) -> tuple[Any, ...]:
        """As it goes from one process to another (leads/importing/ahead.py)."""
        return type(self).__new__, (type(self), self.code), self.__dict__

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"


def need_words(text: str, code: str, sentence: Any, *, field: str, least: int = SHORTEST) -> str:
    """What somebody wrote in words, without the spaces around it. Raises Refusal where that is less than `least` characters."""
    plain = text.strip()
    if len(plain) < least:
        raise Refusal(code, sentence, field=field)
    return plain
