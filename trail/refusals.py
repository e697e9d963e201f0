"""A refusal is a written sentence with a code: what is wrong and what to do. Forms show it, the API prints it as JSON."""

from typing import Any


class Refusal(Exception):
    """Something cannot be done. `sentence` is already translated; `field` names the input that it is about."""

    def __init__(self, code: str, sentence: Any, *, field: str = "", status: int = 422) -> None:
        super().__init__(code)
        self.code, self.sentence, self.field, self.status = code, sentence, field, status

    def __str__(self) -> str:
        return f"{self.code}: {self.sentence}"

    def as_dict(self) -> dict[str, str]:
        """The refusal as the API prints it."""
        return {"code": self.code, "detail": str(self.sentence), "field": self.field}
