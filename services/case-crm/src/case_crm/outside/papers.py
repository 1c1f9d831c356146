"""A PDF as it looks: its pages, what was filled in and drawn on them, and plain links."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from case_crm.outside.pictures import NotOne, plain_jpeg

_OF_A_PAGE = {"/Type", "/Resources", "/Contents", "/Rotate", "/Group", "/UserUnit", "/Annots"}
_BOXES = {"/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"}
_BESIDE = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/JS", "/AF", "/OPI", "/Ref", "/Usage")
_DO_SOMETHING = {"/Link", "/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/Popup", "/Text"}
_LEADS_OUT = ("https://", "http://", "mailto:")
_UNSEEN = 2 | 32  # the flags Hidden and NoView
_PRINTED = 4


def pdf(content: bytes) -> bytes:
    """The pages, without what is said of the document and its pictures, what it would do, and what is packed into it."""
    from pypdf import PdfReader, PdfWriter

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        raise NotOne
    writer = PdfWriter()
    for page in reader.pages:
        _bare(page)
        writer.add_page(page)
    if not writer.pages:
        raise NotOne
    writer.metadata = None
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _bare(page: Any) -> None:
    """Leave on a page what is seen of it: before it is copied, for what nothing leads to is not copied."""
    from pypdf.generic import ArrayObject, NameObject

    annotations = page.get("/Annots")
    shown = [] if annotations is None else [*_shown(annotations.get_object())]
    for name in [*page]:
        if name not in _OF_A_PAGE | _BOXES:
            del page[name]
    page[NameObject("/Annots")] = ArrayObject(shown)
    _strip(page)


def _shown(annotations: Any) -> Iterator[Any]:
    """Plain links; and of what was filled in, typed, drawn or stamped how it looks, with nothing of who did."""
    from pypdf.generic import DictionaryObject, NameObject, NumberObject

    for annotation in (each.get_object() for each in annotations):
        kept = {"/Type": NameObject("/Annot"), "/Rect": annotation.get("/Rect"), "/F": NumberObject(_PRINTED)}
        kind, looks = annotation.get("/Subtype"), _looks(annotation)
        if kind == "/Link" and (target := _target(annotation)):
            action = {NameObject("/S"): NameObject("/URI"), NameObject("/URI"): target}
            kept |= {"/Subtype": kind, "/A": DictionaryObject(action), "/Border": annotation.get("/Border")}
        elif kind not in _DO_SOMETHING and looks is not None and not annotation.get("/F", 0) & _UNSEEN:
            appearance = DictionaryObject({NameObject("/N"): looks})
            kept |= {"/Subtype": NameObject("/Stamp"), "/AP": appearance}
        else:
            continue
        yield DictionaryObject({NameObject(name): value for name, value in kept.items() if value is not None})


def _target(link: Any) -> Any:
    """Where a link leads on the web; None where it does something else."""
    action = link.get("/A")
    action = {} if action is None else action.get_object()
    target = action.get("/URI") if action.get("/S") == "/URI" else None
    return target if str(target).startswith(_LEADS_OUT) else None


def _looks(annotation: Any) -> Any:
    """How it looks now; None where nothing is said of that."""
    from pypdf.generic import StreamObject

    states = annotation.get("/AP")
    if states is None or "/N" not in states.get_object():
        return None
    normal = states.get_object().raw_get("/N")
    if isinstance(normal.get_object(), StreamObject):
        return normal
    state = annotation.get("/AS")
    return normal.get_object().raw_get(state) if state in normal.get_object() else None


def _strip(root: Any) -> None:
    """Take out of whatever a page leads to what is said beside it."""
    from pypdf.generic import ArrayObject, DictionaryObject, StreamObject

    seen, to_do = set[int](), [root]
    while to_do:
        each = to_do.pop().get_object()
        if id(each) in seen:
            continue
        seen.add(id(each))
        if isinstance(each, StreamObject):
            _strip_picture(each)
        if isinstance(each, DictionaryObject):
            for name in _BESIDE:
                each.pop(name, None)
            to_do += [each.raw_get(name) for name in each]
        elif isinstance(each, ArrayObject):
            to_do += list.__iter__(each)


def _strip_picture(stream: Any) -> None:
    from pypdf.generic import NameObject

    filters = stream.get("/Filter")
    names = filters if isinstance(filters, list) else [filters]
    if "/DCTDecode" not in names:
        return
    stream._data = plain_jpeg(stream._data if len(names) == 1 else stream.get_data())
    stream[NameObject("/Filter")] = NameObject("/DCTDecode")
    if len(names) > 1:
        stream.pop("/DecodeParms", None)
