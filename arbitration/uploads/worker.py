"""A program of its own that decodes what strangers brought: at most 256 MB and five seconds of work, then it is killed.

It imports nothing of ours. On its standard input: a line of JSON, then bytes; on its standard output the same. What it is asked:
`picture` or `pdf`, made into pictures; `cover`, pictures of ours in which rectangles are painted over. It answers
{"pages": [bytes of each]} and the pictures one behind the other, or {"refused": code}.
"""

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY, SECONDS = 256 * 1024 * 1024, 5
MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 16_000_000, "WEBP": 12_000_000}  # a JPEG is made smaller while it is decoded
KEPT_PIXELS = 12_000_000  # of a picture; a long screenshot stays readable
PAGE_PIXELS = 2_200_000  # of a page: A4 at 150 dots an inch
MOST_SIDE = 30_000
MOST_PAGES = 30
MOST_OBJECTS = 30_000
QUALITY = 82
# What makes a PDF do something by itself, or carry something else (ISO 32000-2, 12.6 and 7.11)
ACTS = {
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound", "/RichMediaExecute",
    "/ResetForm",
}  # fmt: skip
CARRIES = {"/RichMedia", "/Movie", "/Sound", "/Screen", "/3D", "/FileAttachment"}
KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"}


class Refused(Exception):
    """What was brought is not made into pictures; the code of a sentence."""


def bound() -> None:
    """From here on the kernel lets this process have so much and no more."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (most, most))


def main() -> None:
    """One order, one answer."""
    bound()
    order = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    try:
        pages = list({"picture": picture, "pdf": pdf, "cover": cover}[order["do"]](content, order))
        answer: dict[str, Any] = {"pages": [len(page) for page in pages]}
    except Refused as refused:
        pages, answer = [], {"refused": str(refused)}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(pages))


def picture(content: bytes, order: dict[str, Any]) -> Iterator[bytes]:
    """A picture as one of ours: upright, without anything beside its pixels; of a moving one the first frame."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # looked at here, before anything is decoded
    try:
        image: Any = Image.open(io.BytesIO(content), formats=[order["format"]])
        width, height = image.size
        if width * height > MOST_PIXELS[order["format"]] or max(width, height) > MOST_SIDE:
            raise Refused("too_many_pixels")
        shrink = (KEPT_PIXELS / (width * height)) ** 0.5
        if shrink < 1:
            image.draft("RGB", (int(width * shrink), int(height * shrink)))
        image.load()
        yield _jpeg(_upright(image, ImageOps))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError) as broken:
        raise Refused("picture_broken") from broken


def _upright(image: Any, ops: Any) -> Any:
    """Turned as it was taken, small enough, in red, green and blue, on white."""
    if image.width * image.height > KEPT_PIXELS:
        shrink = (KEPT_PIXELS / (image.width * image.height)) ** 0.5
        image.thumbnail((max(1, int(image.width * shrink)), max(1, int(image.height * shrink))))
    ops.exif_transpose(image, in_place=True)
    if image.mode.startswith("I") or image.mode == "F":
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if "A" in image.getbands() or "transparency" in image.info:
        from PIL import Image

        image = image.convert("RGBA")
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _jpeg(image: Any) -> bytes:
    """The pixels and nothing else: saved without what the picture carried (place, camera, colour profile, remarks)."""
    out = io.BytesIO()
    image.info.clear()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


def pdf(content: bytes, _order: dict[str, Any]) -> Iterator[bytes]:
    """The pages of a PDF as pictures. Refused when it does something by itself, carries files, or is encrypted."""
    inspect(content)
    import pypdfium2  # type: ignore[import-untyped]

    try:
        document = pypdfium2.PdfDocument(content)
        if not 0 < len(document) <= MOST_PAGES:
            raise Refused("too_many_pages" if len(document) else "pdf_broken")
        for page in document:
            width, height = page.get_size()
            if not (0 < width < MOST_SIDE and 0 < height < MOST_SIDE):
                raise Refused("pdf_broken")
            scale = min(150 / 72, (PAGE_PIXELS / (width * height)) ** 0.5)
            yield _jpeg(page.render(scale=scale).to_pil().convert("RGB"))
            page.close()
    except (pypdfium2.PdfiumError, OSError, ValueError) as broken:
        raise Refused("pdf_broken") from broken


def inspect(content: bytes) -> None:
    """Look at every object of a PDF, whether a page leads to it or not."""
    import logging

    from pypdf import PdfReader
    from pypdf.generic import IndirectObject

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refused("pdf_encrypted")
        numbers = {(number, generation) for generation, held in reader.xref.items() for number in held}
        numbers |= {(number, 0) for number in reader.xref_objStm}
        if len(numbers) > MOST_OBJECTS:
            raise Refused("pdf_broken")
        _look(reader.trailer)
        for number, generation in sorted(numbers):
            _look(IndirectObject(number, generation, reader).get_object())
    except Refused:
        raise
    except MemoryError:
        raise
    except Exception as broken:  # a damaged file shows itself in a dozen ways, all of them the file's
        raise Refused("pdf_broken") from broken


def _look(found: Any) -> None:
    """One object with what lies directly in it; what it points to is looked at by its own number."""
    left = [found]
    while left:
        here = left.pop()
        if isinstance(here, dict):
            if not KEYS.isdisjoint(here) or _acts(here):
                raise Refused("pdf_active")
            left += [here.raw_get(key) if hasattr(here, "raw_get") else here[key] for key in here]
        elif isinstance(here, list):
            left += list.__iter__(here)


def _acts(here: dict[Any, Any]) -> bool:
    act, kind, opens = (here.get(key) for key in ("/S", "/Subtype", "/OpenAction"))
    started = isinstance(opens, dict) and opens.get("/S") != "/GoTo"  # a place to begin at is no act
    return started or _is(act, ACTS) or _is(kind, CARRIES)


def _is(name: Any, names: set[str]) -> bool:
    return isinstance(name, str) and name in names


def cover(content: bytes, order: dict[str, Any]) -> Iterator[bytes]:
    """Our own pictures again, with black where something is not to be read. `boxes`: page, then left, top, width, height in parts of it."""
    from PIL import Image, ImageDraw

    start = 0
    for number, size in enumerate(order["pages"]):
        page, start = content[start : start + size], start + size
        boxes = [box[1:] for box in order["boxes"] if box[0] == number]
        if not boxes:
            yield page
            continue
        image = Image.open(io.BytesIO(page), formats=["JPEG"]).convert("RGB")
        draw = ImageDraw.Draw(image)
        for left, top, width, height in boxes:
            corner = (int(left * image.width), int(top * image.height))
            far = (-int(-(left + width) * image.width // 1), -int(-(top + height) * image.height // 1))
            draw.rectangle((*corner, *far), fill="black")
        yield _jpeg(image)


if __name__ == "__main__":
    main()
