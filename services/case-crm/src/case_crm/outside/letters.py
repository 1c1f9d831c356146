"""A Word document: its text and pictures, without who wrote it, when and by what."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator
from typing import Any
from xml.dom import minidom
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from case_crm.outside.pictures import NotOne, blank, image

MOST_UNPACKED = 100 * 1024**2  # bytes in a document, once it is unpacked
_NOTHING = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<%s/>'
_CORE = b'cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
_APP = b'Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"'
_CUSTOM = b'Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
_EMPTY = {
    "docProps/core.xml": _NOTHING % _CORE,
    "docProps/app.xml": _NOTHING % _APP,
    "docProps/custom.xml": _NOTHING % _CUSTOM,
}
_LEFT_OUT = ("customXml/", "word/embeddings/", "word/activeX/", "word/people", "word/commentsExtensible")
_PICTURES, _FONTS = "/media/", "word/fonts/"
_BY_WHOM = {"author", "initials", "userId", "providerId"}
_ELSEWHERE = {"OLEObject", "control", "externalData", "altChunk", "docVars", "mailMerge"}
_WEB = ("https://", "http://", "mailto:")


def docx(content: bytes) -> bytes:
    """The document with its text and pictures: no properties, authors or dates of changes, and nothing packed into it.

    One with macros is not taken.
    """
    out = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as packed, ZipFile(out, "w", ZIP_DEFLATED) as anew:
        parts = packed.infolist()
        names = {part.filename for part in parts}
        if not {"[Content_Types].xml", "word/document.xml"} <= names or any("vbaProject" in name for name in names):
            raise NotOne
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise NotOne
        kept = {name for name in names if _is_kept(name)}
        for name in sorted(kept, key=lambda each: each != "[Content_Types].xml"):
            part = ZipInfo(name)
            part.compress_type = ZIP_DEFLATED
            anew.writestr(part, _EMPTY.get(name) or _clean(name, packed.read(name), kept))
    return out.getvalue()


def _is_kept(name: str) -> bool:
    """Text, pictures and fonts: whatever else is packed into it is not."""
    plain = name.endswith((".xml", ".rels")) or _PICTURES in name or name.startswith(_FONTS)
    return plain and not name.startswith(_LEFT_OUT)


def _clean(name: str, content: bytes, kept: set[str]) -> bytes:
    if _PICTURES in name:
        try:
            return image(content)
        except Exception:  # of a kind that we cannot write anew, or broken
            return blank()
    if name.startswith(_FONTS):
        return content
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise NotOne
    whole = minidom.parseString(content)  # noqa: S318 - without entities, and in a process that may break
    for element in [*_elements(whole)]:
        if element.localName in _ELSEWHERE:
            element.parentNode.removeChild(element)
        elif element.localName == "Relationship":
            _lead(element, name, kept)
        elif element.localName == "Override" and element.getAttribute("PartName").removeprefix("/") not in kept:
            element.parentNode.removeChild(element)
        else:
            _say_nobody(element)
    return whole.toxml(encoding="UTF-8", standalone=True)


def _elements(whole: Any) -> Iterator[Any]:
    return iter(whole.getElementsByTagName("*"))


def _say_nobody(element: Any) -> None:
    """Of a comment or a change stays what it is, and not whose, nor when."""
    attributes = [*element.attributes.values()]
    changed = any(each.localName == "author" for each in attributes)
    for each in attributes:
        if each.localName in _BY_WHOM:
            each.value = ""
        elif changed and each.localName in ("date", "dateUtc"):
            element.removeAttributeNode(each)


def _lead(relationship: Any, rels: str, kept: set[str]) -> None:
    """Leave out what leads to a part that is not kept; outside lead to the web alone, not to somebody's disk."""
    target = relationship.getAttribute("Target")
    if relationship.getAttribute("TargetMode") == "External":
        link = relationship.getAttribute("Type").endswith("/hyperlink")
        if not (link and target.startswith(_WEB)):
            relationship.setAttribute("Target", "about:blank")
        return
    folder = posixpath.dirname(posixpath.dirname(rels))
    part = posixpath.normpath(posixpath.join("/", folder, target.partition("#")[0])).removeprefix("/")
    if target.partition("#")[0] and part not in kept:
        relationship.parentNode.removeChild(relationship)
