"""Pictures of pages as they are kept: one behind the other, each with its length before it; and a plain PDF of them."""

import struct

from arbitration.uploads.kinds import JPEG, PDF

LENGTH = struct.Struct(">I")
WIDE = 595.0  # points: pages are as wide as A4


def pack(pages: list[bytes]) -> bytes:
    """One piece of bytes."""
    return b"".join(LENGTH.pack(len(page)) + page for page in pages)


def unpack(packed: bytes) -> list[bytes]:
    """What was packed."""
    pages, start = [], 0
    while start < len(packed):
        (size,) = LENGTH.unpack_from(packed, start)
        start += LENGTH.size
        pages.append(packed[start : start + size])
        start += size
    return pages


def as_file(pages: list[bytes]) -> tuple[str, bytes]:
    """What somebody takes away: one picture as it is, several as a PDF that holds pictures and nothing else."""
    return (JPEG, pages[0]) if len(pages) == 1 else (PDF, flat_pdf(pages))


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height of a picture that we made, in pixels."""
    at = 2
    while True:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xC2:
            return int.from_bytes(jpeg[at + 7 : at + 9], "big"), int.from_bytes(jpeg[at + 5 : at + 7], "big")
        at += 2 + length


def flat_pdf(pages: list[bytes]) -> bytes:
    """A PDF of these pictures, a page each: no text, no links, nothing that acts."""
    kids = " ".join(f"{3 + 3 * n} 0 R" for n in range(len(pages)))
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode()]
    for n, jpeg in enumerate(pages):
        (width, height), first = size_of(jpeg), 3 + 3 * n
        high = WIDE * height / width
        paint = f"{WIDE} 0 0 {high:.2f} 0 0 cm/P Do".encode()
        page = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {WIDE} {high:.2f}]/Contents {first + 1} 0 R"
            f"/Resources<</XObject<</P {first + 2} 0 R>>>>>>"
        )
        image = (
            f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceRGB/BitsPerComponent 8"
            "/Filter/DCTDecode"
        )
        parts += [page.encode(), _stream("", paint), _stream(image, jpeg)]
    return _written(parts)


def _stream(keys: str, content: bytes) -> bytes:
    return f"<<{keys}/Length {len(content)}>>stream\n".encode() + content + b"\nendstream"


def _written(parts: list[bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, part in enumerate(parts, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + part + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out) + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, table)
