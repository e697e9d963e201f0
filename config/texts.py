"""The texts of the product: Chinese in the source, English in one catalogue for each app (<app>/locale/en).

Extraction and compiling go through Babel, so that no gettext tools need to be installed.
"""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import template

APPS = ("people", "leads", "visits", "arbitration", "penalties", "finance")
KEYWORDS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "noop": None,
    "ngettext": (1, 2),
    "counted_noop": (1, 1),  # trail/sentences.py: both of its forms have one Chinese
}
KEYWORDS |= {"pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3)}
Found = tuple[str | tuple[str, str], str | None]


def catalogue_file(app: str) -> Path:
    """Where the English of an app is kept."""
    return Path(settings.BASE_DIR) / app / "locale" / "en" / "LC_MESSAGES" / "django.po"


def found(app: str) -> Iterator[Found]:
    """Every (msgid, context) in the code and templates of an app; what belongs to no app counts to `people`."""
    base = Path(settings.BASE_DIR)
    code = [*sorted((base / app).rglob("*.py"))]
    pages = sorted((base / "templates" / app).rglob("*.html"))
    if app == "people":
        code += [*sorted((base / "config").rglob("*.py")), *sorted((base / "trail").rglob("*.py"))]
        pages += sorted((base / "templates").glob("*.html"))
        pages += [page for part in ("parts", "settings") for page in sorted((base / "templates" / part).glob("*.html"))]
    for path in code:
        if "migrations" not in path.parts:
            yield from _messages(path.read_bytes())
    for path in pages:
        yield from _messages(template.templatize(path.read_text("utf-8"), origin=path.name).encode())


def _messages(source: bytes) -> Iterator[Found]:
    for _line, message, _comments, context in extract("python", BytesIO(source), keywords=KEYWORDS):
        yield (message[:2] if isinstance(message, tuple) else message), context  # type: ignore[misc]


def load(app: str) -> Catalog:
    """The English of an app as it is kept."""
    path = catalogue_file(app)
    if not path.exists():
        return Catalog(locale="en", project="Guishu", version="1", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale="en")


def update(app: str) -> list[str]:
    """Bring a catalogue up to date: new texts come in empty, gone ones go. Returns the texts that lack English."""
    kept, fresh = load(app), Catalog(locale="en", project="Guishu", version="1", fuzzy=False)
    for message, context in found(app):
        known = kept.get(message, context)
        # What was not counted and is now, or the reverse, is said anew.
        same = known and isinstance(known.string, str) == isinstance(message, str)
        fresh.add(message, known.string if known and same else "", context=context)
    missing = [str(m.id) for m in fresh if m.id and not _whole(m.string)]
    path = catalogue_file(app)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, fresh, width=120, sort_output=True, omit_header=False, no_location=True)
    return missing


def _whole(text: object) -> bool:
    return all(text) if isinstance(text, tuple | list) else bool(text)


def gaps(app: str) -> list[str]:
    """What is wrong with a catalogue: texts without English, and English without a text."""
    kept, used = load(app), set(found(app))
    missing = [f"{app}: no English for {m!r}" for m, c in used if not (e := kept.get(m, c)) or not _whole(e.string)]
    ids = {m if isinstance(m, str) else m[0] for m, _c in used}
    unused = [f"{app}: no longer used: {m.id!r}" for m in kept if m.id and _first(m.id) not in ids]
    return sorted(missing + unused)


def _first(message: object) -> object:
    return message[0] if isinstance(message, tuple | list) else message


def compile_all() -> int:
    """Write the .mo files that Django reads; returns how many."""
    done = 0
    for app in APPS:
        path = catalogue_file(app)
        if path.exists():
            with path.with_suffix(".mo").open("wb") as file:
                write_mo(file, load(app))
            done += 1
    return done
