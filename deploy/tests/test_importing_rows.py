"""A file is read to its last row: what is broken is kept as it was, with its reason, and can be mended and read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from onedoor.importing.mapping import read_mapping
from onedoor.importing.rows import Table, rejects_file
from onedoor.refusals import CannotDo

MAPPING = read_mapping("{source: old, id: ref, service: bins, channel: phone, opened_at: made}", name="old.yaml")
HEADING = "ref,made,note\n"


def table(folder: Path, content: str | bytes) -> Table:
    file = folder / "requests.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return Table(file, MAPPING)


def test_rows_know_their_line_whatever_is_in_them(tmp_path: Path) -> None:
    content = HEADING + '1,x,"two\nlines"\n\n2,x,\r\n3,x,"a ""quote"""\n'
    found = table(tmp_path, "\ufeff" + content)
    assert [(row.line, row.values) for row in found] == [
        (2, {"ref": "1", "made": "x", "note": "two\nlines"}),
        (5, {"ref": "2", "made": "x", "note": ""}),
        (6, {"ref": "3", "made": "x", "note": 'a "quote"'}),
    ]
    assert found.count == 3


def test_broken_rows_are_rows_all_the_same(tmp_path: Path) -> None:
    found = table(tmp_path, HEADING.encode() + b"1,x\n2,x,\xff\n3,x,\x00\n4,x,y,z\n5,x,y\n")
    assert [(row.line, row.broken) for row in found] == [
        (2, "it has 2 columns, and the heading 3"),
        (3, "it holds bytes that are no text in utf-8-sig"),
        (4, "it holds bytes that are no text in utf-8-sig"),
        (5, "it has 4 columns, and the heading 3"),
        (6, None),
    ]


@pytest.mark.parametrize("swallowed", ['1,x,"open\n2,x,y\n', '1,x,"open\n2,x,"note"\n', '1,"open,y\n2,x,y'])
def test_a_quote_left_open_does_not_hide_the_rows_after_it(tmp_path: Path, swallowed: str) -> None:
    found = table(tmp_path, HEADING + swallowed)
    assert [(row.line, row.broken) for row in found] == [(2, "a quote is left open: it runs to line 3")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "requests.csv has no heading"),
        ("ref,ref,made\n", "requests.csv has more than one column ref"),
        ("ref,note\n1,2\n", r"lacks columns that the mapping names: made \(opened_at\); it has ref, note"),
        (HEADING + "1,x," + "y" * 200_000 + "\n", "line 2 cannot be read as CSV: field larger than field limit"),
    ],
)
def test_what_is_no_table_is_refused_before_anything_is_sent(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(CannotDo, match=said):
        table(tmp_path, content)


def test_an_absent_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotDo, match=r"nothing\.csv: No such file"):
        Table(tmp_path / "nothing.csv", MAPPING)


def test_rejects_keep_the_row_as_it_was_with_its_reason(tmp_path: Path) -> None:
    found = table(tmp_path, HEADING.encode() + b'1,x\n2,x,\xff\n4,x,"y,y",z\n')
    with rejects_file(tmp_path / "rejects.csv", found) as rejects:
        for row in found:
            rejects.add(row, "because")
    assert (tmp_path / "rejects.csv").read_bytes() == (
        b'ref,made,note,rejected_because\n1,x,,line 2: because\n2,x,\xff,line 3: because\n4,x,"y,y",line 4: because,z\n'
    )


def test_rejects_can_be_read_again_and_get_a_new_reason(tmp_path: Path) -> None:
    found = table(tmp_path, "ref,made,note,rejected_because\n1,x,y,line 9: old\n")
    with rejects_file(tmp_path / "again.csv", found) as rejects:
        for row in found:
            rejects.add(row, "new")
    assert (tmp_path / "again.csv").read_text() == "ref,made,note,rejected_because\n1,x,y,line 2: new\n"


def test_rejects_never_overwrite_the_file_they_come_from(tmp_path: Path) -> None:
    found = table(tmp_path, HEADING)
    with pytest.raises(CannotDo, match="is the file to import"), rejects_file(found.file, found):
        pass
    with pytest.raises(CannotDo, match="No such file"), rejects_file(tmp_path / "no/where.csv", found):
        pass


def test_rejects_that_cannot_be_kept_end_the_import(tmp_path: Path) -> None:
    full = Path("/dev/full")
    found = table(tmp_path, HEADING)
    with pytest.raises(CannotDo, match="/dev/full: No space left on device"), rejects_file(full, found):
        pass
