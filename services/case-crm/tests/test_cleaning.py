"""What a file says of who made it, where and when is planted in every place, and nothing of it is left."""

from __future__ import annotations

import io
from typing import Any
from zipfile import ZipFile

import pytest
from case_crm.outside.letters import docx
from case_crm.outside.papers import pdf
from case_crm.outside.pictures import NotOne
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

WHO = "Margaret Hartley"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def picture(form: str = "JPEG") -> bytes:
    said_of_it, out = Image.Exif(), io.BytesIO()
    said_of_it[0x013B] = WHO
    Image.new("RGB", (40, 30), "teal").save(out, form, exif=said_of_it.tobytes(), comment=WHO)
    return out.getvalue()


# -- Word


def letter(document: str = "", **parts: bytes | str) -> dict[str, bytes]:
    """A document with these parts, cleaned, by the names of its parts."""
    out = io.BytesIO()
    leads = {
        "image": "media/one.jpeg",
        "oleObject": "embeddings/sheet.bin",
        "people": "people.xml",
        "image2": "media/two.emf",
    }
    relationships = [f'<Relationship Id="{kind}" Type="{R}/{kind}" Target="{to}"/>' for kind, to in leads.items()]
    for kind, to in (("hyperlink", "https://example.org"), ("attachedTemplate", f"file:///C:/Users/{WHO}/own.dotm")):
        relationships.append(f'<Relationship Id="{kind}" Type="{R}/{kind}" Target="{to}" TargetMode="External"/>')
    whole: dict[str, bytes | str] = {
        "[Content_Types].xml": '<Types><Override PartName="/word/people.xml" ContentType="people"/></Types>',
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}">{document}</w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELS}">{"".join(relationships)}</Relationships>',
        "word/media/one.jpeg": picture(),
        "word/media/two.emf": WHO,
        "word/embeddings/sheet.bin": WHO,
        "word/people.xml": f'<people author="{WHO}"/>',
        "customXml/item1.xml": f"<of>{WHO}</of>",
        "docProps/core.xml": f"<core>{WHO}</core>",
        "docProps/thumbnail.jpeg": picture(),
        **parts,
    }
    with ZipFile(out, "w") as packed:
        for name, content in whole.items():
            packed.writestr(name, content)
    with ZipFile(io.BytesIO(docx(out.getvalue()))) as clean:
        return {name: clean.read(name) for name in clean.namelist()}


def test_of_a_word_document_stay_its_text_and_pictures_and_nobody_who_made_them() -> None:
    changed = f'<w:ins w:id="1" w:author="{WHO}" w:date="2026-12-05T10:00:00Z"><w:t>the bin</w:t></w:ins>'
    parts = letter(
        changed + '<o:OLEObject xmlns:o="o" r:id="oleObject"/>',
        **{
            "word/comments.xml": f'<w:comments xmlns:w="{W}"><w:comment w:author="{WHO}" w:initials="MHQ"/></w:comments>'
        },
    )
    everything = b"".join(parts.values())
    assert [said for said in (WHO.encode(), b"MHQ", b"2026-12-05", b"OLEObject") if said in everything] == []
    assert b'<w:ins w:id="1" w:author=""><w:t>the bin</w:t></w:ins>' in parts["word/document.xml"]
    assert sorted(parts) == [
        "[Content_Types].xml",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/comments.xml",
        "word/document.xml",
        "word/media/one.jpeg",
        "word/media/two.emf",
    ]
    with Image.open(io.BytesIO(parts["word/media/one.jpeg"])) as shown:
        assert (shown.size, shown.format, dict(shown.getexif())) == ((40, 30), "JPEG", {})
    leads = parts["word/_rels/document.xml.rels"].decode()
    assert "https://example.org" in leads
    assert [name for name in ("embeddings", "people", "file:") if name in leads] == []


@pytest.mark.parametrize("document", ["<w:p>", "&who;"])
def test_a_word_document_that_is_no_xml_is_not_one(document: str) -> None:
    with pytest.raises(Exception, match=r"mismatched tag|undefined entity"):
        letter(document)
    with pytest.raises(NotOne):
        letter(**{"word/settings.xml": '<!DOCTYPE x [<!ENTITY who "me">]><x>&who;</x>'})


# -- PDF


def named(**values: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def annotation(kind: str, **more: Any) -> DictionaryObject:
    rect = ArrayObject(map(NumberObject, (1, 2, 30, 40)))
    by = {"T": TextStringObject(WHO), "M": TextStringObject("D:20261205"), "NM": TextStringObject(WHO)}
    return named(Type=NameObject("/Annot"), Subtype=NameObject(f"/{kind}"), Rect=rect, **by, **more)


def does(kind: str, **more: Any) -> DictionaryObject:
    return named(S=NameObject(f"/{kind}"), **more)


def paper(*annotations: DictionaryObject) -> Any:
    """A page with a picture and these annotations, cleaned; and how it lies."""
    writer, out = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(100, 100)
    shown = StreamObject()
    shown._data = picture() + picture()  # one more lies behind it, as some cameras do
    shown.update(named(Type=NameObject("/XObject"), Subtype=NameObject("/Image"), Filter=NameObject("/DCTDecode")))
    said = DecodedStreamObject()
    said.set_data(WHO.encode())
    shown[NameObject("/Metadata")] = writer._add_object(said)
    page[NameObject("/Resources")] = named(XObject=named(One=writer._add_object(shown)))
    page[NameObject("/Annots")] = ArrayObject(writer._add_object(stored(writer, each)) for each in annotations)
    page[NameObject("/PieceInfo")] = named(Word=named(Private=TextStringObject(WHO)))
    writer.root_object[NameObject("/OpenAction")] = does("JavaScript", JS=TextStringObject(WHO))
    writer.add_metadata({"/Author": WHO})
    writer.write(out)
    clean = pdf(out.getvalue())
    return PdfReader(io.BytesIO(clean)).pages[0], clean


def stored(writer: PdfWriter, whole: DictionaryObject) -> DictionaryObject:
    """The same, with the streams in it as objects of their own, as a PDF has them."""
    for name, value in whole.items():
        if isinstance(value, StreamObject):
            whole[NameObject(name)] = writer._add_object(value)
        elif isinstance(value, DictionaryObject):
            stored(writer, value)
    return whole


def drawn(words: str = "0 0 10 10 re f") -> StreamObject:
    stream = DecodedStreamObject()
    stream.set_data(words.encode())
    stream.update(
        named(Type=NameObject("/XObject"), Subtype=NameObject("/Form"), LastModified=TextStringObject("D:20261205"))
    )
    return stream


def test_of_a_paper_stay_its_looks_and_plain_links_and_nobody_who_made_them() -> None:
    web = TextStringObject("https://example.org/bins")
    states = named(On=drawn("1 1 2 2 re f"), Off=drawn(WHO))
    page, clean = paper(
        annotation("Link", A=does("URI", URI=web, Next=does("JavaScript", JS=TextStringObject(WHO)))),
        annotation("Link", A=does("Launch", F=TextStringObject(WHO))),
        annotation("Link", A=does("URI", URI=TextStringObject(f"file:///home/{WHO}"))),
        annotation("Widget", AA=named(K=does("JavaScript", JS=TextStringObject(WHO))), AP=named(N=drawn())),
        annotation("Widget", AS=NameObject("/On"), AP=named(N=states)),
        annotation("FreeText", Contents=TextStringObject(WHO), AP=named(N=drawn(), R=drawn(WHO))),
        annotation("Ink", AP=named(N=drawn(WHO)), F=NumberObject(2)),
        annotation("Text", Contents=TextStringObject(WHO), AP=named(N=drawn(WHO))),
        annotation("FileAttachment", FS=named(F=TextStringObject(WHO)), AP=named(N=drawn())),
    )
    assert [said for said in (WHO.encode(), b"JavaScript", b"D:2026", b"PieceInfo", b"Metadata") if said in clean] == []
    kept = [each.get_object() for each in page["/Annots"]]
    assert [each["/Subtype"] for each in kept] == ["/Link", "/Stamp", "/Stamp", "/Stamp"]
    assert dict(kept[0]["/A"]) == {"/S": "/URI", "/URI": "https://example.org/bins"}
    assert [each["/AP"]["/N"].get_data() for each in kept[1:]] == [
        b"0 0 10 10 re f",
        b"1 1 2 2 re f",
        b"0 0 10 10 re f",
    ]
    with Image.open(io.BytesIO(page["/Resources"]["/XObject"]["/One"]._data)) as shown:
        assert (shown.size, shown.getpixel((20, 15))[:2]) == ((40, 30), (0, 128))
