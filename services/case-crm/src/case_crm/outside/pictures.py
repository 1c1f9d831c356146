"""A picture and nothing beside it."""

from __future__ import annotations

import io
import re

MOST_PIXELS = 50_000_000
_FORMS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")
_MARKER = re.compile(
    rb"\xff[^\x00\xd0-\xd7\xff]"
)  # in the data of a scan, 0xff is followed by one of these or by itself
_END, _COMMENT = 0xD9, 0xFE
_ADOBE = 0xEE  # tells how the colours are meant


class NotOne(Exception):
    """This is no file of that kind, or one with something in it that we do not take."""


def image(content: bytes, form: str | None = None) -> bytes:
    """The picture as it looks, the way up that it was taken; `form` is the only kind that is taken, where it is said."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    with Image.open(io.BytesIO(content), formats=[form] if form else _FORMS) as taken:
        if taken.width * taken.height > MOST_PIXELS:
            raise NotOne
        upright = ImageOps.exif_transpose(taken)
        upright.info = {name: said for name, said in upright.info.items() if name == "transparency"}
        out = io.BytesIO()
        upright.save(out, taken.format, quality=92)
    return out.getvalue()


def blank() -> bytes:
    """A picture with nothing on it."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (1, 1), "white").save(out, "PNG")
    return out.getvalue()


def plain_jpeg(content: bytes) -> bytes:
    """The data of a JPEG as they are, without what is said beside the picture and what lies behind it."""
    kept, at = bytearray(content[:2]), 2
    while found := _MARKER.search(content, at):
        kept += content[at : found.start()]
        marker, at = content[found.start() + 1], found.end() + int.from_bytes(content[found.end() : found.end() + 2])
        if marker == _END:
            return bytes(kept + b"\xff\xd9")
        beside = marker == _COMMENT or (0xE1 <= marker <= 0xEF and marker != _ADOBE)
        kept += b"" if beside else content[found.start() : at]
    return bytes(kept + content[at:])
