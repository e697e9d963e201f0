"""What a frozen customer left lies sealed as one piece (leads/privacy): what was sealed, and the indexes, inside it are renewed too."""

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag

from config.keys.columns import NUMBERS
from leads.models import Withheld
from leads.privacy.pieces import Piece
from trail import vault

BYTES = "\\x"  # how bytes stand in a row as JSON
SHORTEST = vault.NONCE + 16  # of what is sealed: nonce and tag


def renew(turn: Callable[["Piece"], Callable[[bytes], bytes]]) -> int:
    """Renew all bytes in every piece: `turn(piece)` gives what one becomes. Gives how many pieces."""
    rows = list(Withheld.objects.select_for_update())
    for row in rows:
        piece = Piece.open(bytes(row.sealed))
        of_piece = turn(piece)
        piece.changed, piece.gone = _walked(piece.changed, of_piece), _walked(piece.gone, of_piece)
        row.sealed = piece.seal()
        row.save(update_fields=["sealed"])
    return len(rows)


def sealed_anew(_piece: Piece) -> Callable[[bytes], bytes]:
    """Whatever opens is sealed again."""
    return lambda raw: raw if (text := _opened(raw)) is None else vault.seal_bytes(text)


def numbers_of(piece: Piece) -> set[str]:
    """The numbers in it, as the columns of NUMBERS hold them."""
    columns = set(NUMBERS.values())
    cells = (cell for _table, row in piece.rows() for name, cell in row.items() if name in columns and cell)
    opened = (_opened(bytes.fromhex(cell[len(BYTES) :])) for cell in cells)
    return {text.decode() for text in opened if text is not None}


def _opened(raw: bytes) -> bytes | None:
    if len(raw) < SHORTEST:
        return None
    try:
        return vault.unseal_bytes(raw)
    except InvalidTag:
        return None


def _walked(value: Any, turn: Callable[[bytes], bytes]) -> Any:
    if isinstance(value, dict):
        return {key: _walked(inner, turn) for key, inner in value.items()}
    if isinstance(value, list):
        return [_walked(inner, turn) for inner in value]
    if isinstance(value, str) and value.startswith(BYTES):
        return BYTES + turn(bytes.fromhex(value[len(BYTES) :])).hex()
    return value
