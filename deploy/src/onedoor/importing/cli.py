"""The command `onedoor import`: what it is told, where its token comes from, and how it ends. The rest is imported when needed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from onedoor.home import Home
from onedoor.refusals import CannotDo, NeverStarted

if TYPE_CHECKING:
    from datetime import tzinfo

    from onedoor.importing.mapping import ImportMapping
    from onedoor.importing.report import Report
    from onedoor.importing.rows import Table

_INTERRUPTED = 130  # as shells have it: ended by Ctrl-C


def import_command(
    requests: Annotated[Path, typer.Argument(help="A CSV file with a heading: one request a row.")],
    mapping: Annotated[Path, typer.Option(help="How its columns become cases (YAML).")],
    council: Annotated[str, typer.Option(help="The council whose cases they are.")],
    url: Annotated[
        str | None, typer.Option(help="The address of case-crm; that of the local platform if unsaid.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="ONEDOOR_TOKEN", help="A bearer with history:write; if unsaid, the local issuer's."),
    ] = None,
    rejects: Annotated[Path | None, typer.Option(help="Where rows go that could not be imported.")] = None,
    report: Annotated[Path | None, typer.Option(help="Where the counts and odd rows go (JSON).")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="How many rows are under way at once.")] = 8,
) -> None:
    """Open the cases of another system's file, with their own dates. The same file again changes nothing."""
    from onedoor.importing.mapping import read_mapping
    from onedoor.importing.report import Report
    from onedoor.importing.rows import Table

    table = Table(requests, read_mapping(_text(mapping), name=mapping.name))
    caller = _Caller(Home.from_environment(), council, url, token)
    counted = Report(file=requests.name, council=council, source=table.mapping.source, rows=table.count)
    places = (report or Path(f"{requests.stem}.report.json"), rejects or Path(f"{requests.stem}.rejects.csv"))
    _run(table, caller, counted, places=places, concurrency=concurrency)
    for line in counted.lines():
        print(line)
    print(f"The report is {places[0]}, the rejected rows are {places[1]}.")


@dataclass(frozen=True)
class _Caller:
    """Who imports, for which council, through which door."""

    home: Home
    council: str
    url: str | None
    token: str | None

    def address(self) -> str:
        """Where case-crm is. Raises CannotDo."""
        from onedoor.running import Running

        address = self.url or Running.of(self.home).services["case-crm"]
        if not _is_address(address):
            raise CannotDo(f"{address} is no address: write it as http://127.0.0.1:8002")
        return address

    def new_token(self) -> str:
        """A bearer of the local issuer, for nothing but this. Raises CannotDo."""
        from onedoor import tokens

        try:
            return tokens.token(
                self.home, "officer", councils=[self.council], subject="import", permissions=["history:write"]
            )
        except NeverStarted as never:
            raise CannotDo(f"{never}, or say --token") from None

    def zone(self, mapping: ImportMapping) -> tzinfo:
        """The zone of moments that name none: the mapping's, else the council's."""
        from zoneinfo import ZoneInfo

        from common.runtime.settings import read_councils

        from onedoor.plan import COUNCILS

        if mapping.dates.time_zone:
            return ZoneInfo(mapping.dates.time_zone)
        known = read_councils(self.home.councils if self.home.councils.exists() else COUNCILS)
        if self.council not in known:
            raise CannotDo(f"the time zone of {self.council} is not known here: say dates.time_zone in the mapping")
        return ZoneInfo(known[self.council].time_zone)


def _run(table: Table, caller: _Caller, report: Report, *, places: tuple[Path, Path], concurrency: int) -> None:
    """Import, and keep the report however it ends."""
    import asyncio

    kept_in, rejects_in = places
    report.write(kept_in)  # where that cannot be written, nothing is sent
    try:
        asyncio.run(_imported(table, caller, report, rejects_in, concurrency))
    except KeyboardInterrupt:
        print(f"Stopped after {report.accounted:,} of {report.rows:,} rows: the same command again goes on.")
        raise typer.Exit(_INTERRUPTED) from None
    except CannotDo as fault:
        done = f" {report.accounted:,} of {report.rows:,} rows are done: the same command again goes on."
        raise CannotDo(f"{fault}{done if report.accounted else ''}") from None
    finally:
        report.write(kept_in)


async def _imported(table: Table, caller: _Caller, report: Report, rejects_in: Path, concurrency: int) -> None:
    import httpx

    from onedoor.importing.doing import Import
    from onedoor.importing.progress import shown
    from onedoor.importing.rows import rejects_file
    from onedoor.importing.sending import Door

    token, renew = (caller.token, None) if caller.token else (caller.new_token(), caller.new_token)
    zone = caller.zone(table.mapping)
    async with httpx.AsyncClient(base_url=caller.address(), timeout=30) as client:
        with rejects_file(rejects_in, table) as rejects, shown(table.count) as progress:
            door = Door(client, council=caller.council, token=token, renew=renew, tell=progress.tell)
            await Import(table.mapping, zone, door, report, rejects, progress).of(table, concurrency=concurrency)


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _text(mapping: Path) -> str:
    try:
        return mapping.read_text()
    except (OSError, UnicodeError) as fault:
        raise CannotDo(f"{mapping}: {getattr(fault, 'strerror', None) or 'it is not text'}") from None
