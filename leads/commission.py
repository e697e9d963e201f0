"""What commission a contract brings by plan: asked of whoever keeps the plans (config/wiring.py)."""

from collections.abc import Callable
from datetime import datetime

from people.models import Project, User

Due = Callable[..., int | None]  # (project, closer, product, amount_fen, at): fen, or None where no plan fits
Products = Callable[..., list[str]]  # (project, at): the products that plans name

_asked: dict[str, Callable[..., object]] = {}


def set_plans(due: Due, products: Products) -> None:
    """Say who works out a commission, and which products there are plans for."""
    _asked.update(due=due, products=products)


def due_fen(*, project: Project, closer: User, product: str, amount_fen: int, at: datetime) -> int | None:
    """The commission of a contract by the plan of who signs it; None where no plan fits."""
    due: Due = _asked["due"]  # type: ignore[assignment]
    return due(project=project, closer=closer, product=product, amount_fen=amount_fen, at=at)


def products(project: Project, at: datetime) -> list[str]:
    """Products that commission plans name, to choose from."""
    found: Products = _asked["products"]  # type: ignore[assignment]
    return found(project=project, at=at)
