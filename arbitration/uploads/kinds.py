"""What a file is, by its content and never by its name."""

from typing import Protocol

from django.utils.translation import gettext as _

from trail.refusals import Refusal

MOST_BYTES = 10_000_000
JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
TYPES = (JPEG, PNG, WEBP, PDF)
SHEETS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")  # archives and old office files
OTHER_PICTURES = (b"GIF8", b"BM", b"II*\0", b"MM\0*", b"%!PS", b"\xc5\xd0\xd3\xc6", b"\0\0\1\0", b"8BPS")
BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")  # of the container that phones use


class Upload(Protocol):
    """A file as it came."""

    def read(self, size: int, /) -> bytes:
        """So many bytes of it."""


def read_bounded(file: Upload) -> bytes:
    """What is in it; one byte more than may be is enough to say that it is too much."""
    return file.read(MOST_BYTES + 1)


def kind_of(content: bytes) -> str:
    """The media type of a file that is taken. Raises Refusal, with what to do instead, for everything else."""
    if not content:
        raise Refusal("file_empty", _("文件是空的，重新选一个"), field="file")
    if len(content) > MOST_BYTES:
        raise Refusal("file_too_big", _("文件超过 10 MB：拍小一点，或者分开传"), field="file")
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return WEBP
    if content.startswith(b"%PDF-"):
        return PDF
    raise _not_taken(content)


def _not_taken(content: bytes) -> Refusal:
    if content[4:8] == b"ftyp" and content[8:12] in BRANDS:
        return Refusal("picture_kind", _("这是 HEIC 照片：在手机上存成 JPG，或者截图再传"), field="file")
    if content.startswith(OTHER_PICTURES):
        return Refusal("picture_kind", _("这种图片不收：另存为 JPG 或 PNG，再传"), field="file")
    if content.startswith(SHEETS):
        return Refusal(
            "file_is_sheet", _("表格和压缩包不收：通话清单在「提交通话清单」传，其他的导出成 PDF"), field="file"
        )
    return Refusal("file_kind", _("只收照片（JPG、PNG、WebP）和 PDF。改名没有用，看的是内容"), field="file")
