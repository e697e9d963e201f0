"""Calls the program that decodes (worker.py), and says in a sentence what it would not do."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from arbitration.uploads.kinds import JPEG, PDF, PNG, WEBP, kind_of
from trail.refusals import Refusal

WORKER = Path(__file__).with_name("worker.py")
PATIENCE = 60  # seconds by the clock; its work is bounded to five by itself, the rest is waiting on a busy machine
FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
SENTENCES = {
    "too_many_pixels": gettext_noop("这张图片太大了：缩小，或者截成几张再传"),
    "picture_broken": gettext_noop("这张图片打不开，可能没有传完整：重新拍，或者重新存一次"),
    "too_many_pages": gettext_noop("PDF 超过 30 页：只留有用的几页，再传"),
    "pdf_broken": gettext_noop("这个 PDF 打不开：重新导出，或者拍照上传"),
    "pdf_encrypted": gettext_noop("PDF 加了密：去掉密码，或者打印成新的 PDF 再传"),
    "pdf_active": gettext_noop("PDF 里有脚本、附件或自动动作：打印成新的 PDF 再传"),
    "too_heavy": gettext_noop("这个文件太复杂，处理不了：拍照或截图上传"),
}


@dataclass(frozen=True, slots=True)
class Safe:
    """A file that is taken: what it is, and its pages as pictures made by us."""

    media_type: str
    pages: list[bytes]


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a page that is not to be read, in parts of its width and height from the top left."""

    page: int
    left: float
    top: float
    width: float
    height: float


def make_safe(content: bytes) -> Safe:
    """What this is and what is shown of it. Raises Refusal, with a sentence, for what is not taken."""
    kind = kind_of(content)
    order = {"do": "pdf"} if kind == PDF else {"do": "picture", "format": FORMATS[kind]}
    return Safe(kind, _run(order, content))


def cover(pages: list[bytes], boxes: Sequence[Box]) -> list[bytes]:
    """The same pictures with black in these places: the pixels below are gone."""
    order = {
        "do": "cover", "pages": [len(page) for page in pages],
        "boxes": [[box.page, box.left, box.top, box.width, box.height] for box in boxes],
    }  # fmt: skip
    return _run(order, b"".join(pages))


def _run(order: dict[str, Any], content: bytes) -> list[bytes]:
    """The answer of the worker; without our environment, since what it reads is a stranger's."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program, nothing of the file in its arguments
            [sys.executable, "-I", str(WORKER)], input=json.dumps(order).encode() + b"\n" + content, capture_output=True,
            timeout=PATIENCE, env={}, check=True,
        )  # fmt: skip
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        raise _refused("too_heavy") from None
    head, _line, rest = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise _refused(answer["refused"])
    pages, start = [], 0
    for size in answer["pages"]:
        pages.append(rest[start : start + size])
        start += size
    return pages


def _refused(code: str) -> Refusal:
    return Refusal(code, _(SENTENCES[code]), field="file")
