"""The upload table of trust.md §2.4 and G20: every hostile file is refused with a sentence, or only pixels of ours are shown."""

import io
import subprocess
import sys

import pytest
from PIL import Image
from pypdf import PdfReader

from arbitration.uploads import Box, cover, make_safe
from arbitration.uploads.pages import as_file, flat_pdf, pack, unpack
from arbitration.uploads.running import WORKER
from tests.hostile_files import FILES, SCRIPT, SHOWN, pdf, picture, with_place
from trail.refusals import Refusal


def opened(jpeg: bytes) -> Image.Image:
    """One of our pages."""
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    return image


def _refused(content: bytes) -> tuple[str, list[bytes]]:
    """Why this is not taken, else what is shown of it."""
    try:
        return SHOWN, make_safe(content).pages
    except Refusal as refusal:
        return (refusal.code if refusal.sentence else ""), []


@pytest.mark.parametrize("name", FILES)
def test_a_hostile_file_is_refused_or_made_harmless(name: str) -> None:
    make, must = FILES[name]
    came_to, pages = _refused(make())
    assert came_to == must
    assert bool(pages) == (must == SHOWN)
    for page in pages:
        image = opened(page)
        assert (image.format, image.mode) == ("JPEG", "RGB")
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
        assert not any(part in page for part in (SCRIPT, b"<?php", b"SECRETPHONE", b"PK\x03\x04"))


def test_what_decodes_has_little_memory_and_little_time() -> None:
    """G20: no process above 256 MB or five seconds. The kernel holds it to that from before its first byte on."""
    code = "import resource as r, runpy, sys; sys.stdin.close(); m = runpy.run_path(sys.argv[1]); "
    code += "m['bound'](); print(r.getrlimit(r.RLIMIT_AS), r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_CORE))"
    said = subprocess.run([sys.executable, "-I", "-c", code, str(WORKER)], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[0] == f"({256 << 20}, {256 << 20}) (5, 5) (0, 0)"


def test_a_photo_stands_upright_and_does_not_say_where_it_was_taken() -> None:
    """ASVS 14.2.8."""
    assert b"SECRETPHONE" in with_place()
    (page,) = make_safe(with_place()).pages
    image = opened(page)
    assert image.size == (80, 120)
    assert not image.getexif()
    top, bottom = image.getpixel((40, 5)), image.getpixel((40, 115))
    assert top[0] > 200 > 100 > top[1]
    assert min(bottom) > 200


def test_a_large_photo_of_a_phone_is_taken_and_made_smaller() -> None:
    (page,) = make_safe(picture(size=(8000, 6000), quality=30)).pages
    width, height = opened(page).size
    assert width * height <= 12_000_000
    assert abs(width / height - 4 / 3) < 0.01


def test_what_is_taken_away_of_several_pages_is_a_pdf_of_pictures_only() -> None:
    safe = make_safe(pdf(pages=3))
    kept = unpack(pack(safe.pages))
    assert kept == safe.pages
    kind, content = as_file(kept)
    read = PdfReader(io.BytesIO(content), strict=True)
    assert (kind, len(read.pages), read.pages[2].extract_text()) == ("application/pdf", 3, "")
    assert len(make_safe(content).pages) == 3
    assert as_file(kept[:1]) == ("image/jpeg", kept[0])


def test_covered_pixels_are_gone_and_the_other_pages_are_as_they_were() -> None:
    pages = make_safe(pdf(pages=2)).pages
    covered = cover(pages, [Box(1, 0.25, 0.25, 0.5, 0.5)])
    assert covered[0] == pages[0]
    image = opened(covered[1])
    assert image.getpixel((image.width // 2, image.height // 2)) == (0, 0, 0)
    assert min(image.getpixel((3, 3))) > 250


def test_a_flat_pdf_keeps_the_shape_of_its_picture() -> None:
    (page,) = make_safe(picture(size=(400, 100))).pages
    box = PdfReader(io.BytesIO(flat_pdf([page]))).pages[0].mediabox
    assert float(box.width / box.height) == pytest.approx(4)
