"""A refusal is a written sentence with a code: what is wrong and what to do. Forms show it, the API prints it as JSON."""

from typing import Any


class Refusal(Exception):
    """Something cannot be done. `sentence` is already translated; `field` names the input that it is about.

    `retry_after`: seconds after which it may be tried again, where waiting helps.
    """

    def __init__(
        self, code: str, sentence: Any, *, field: str = "", status: int = 422, retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.sentence, self.field, self.status = code, sentence, field, status
        self.retry_after = retry_after

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"
