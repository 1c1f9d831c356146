"""The commands `onedoor definitions …`: what they are told and how they end. The rest is imported when needed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

definitions = typer.Typer(help="Council services as files.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="A service's file (YAML).")]


@definitions.command()
def check(files: Annotated[list[Path], typer.Argument(help="Files of services, or folders of them.")]) -> None:
    """Say what is wrong with services' files: file, line, place and reason. Fails where anything is."""
    from onedoor.defining.files import wrong_in

    found = wrong_in(files)
    print("\n".join(found) if found else "Nothing is wrong.")
    raise typer.Exit(1 if found else 0)


@definitions.command()
def diff(
    file: File,
    other: Annotated[Path | None, typer.Argument(help="Another; where none is said, what the first extends.")] = None,
) -> None:
    """Say where a service differs from another, or from the one it extends, and why."""
    from onedoor.defining import comparing, files

    definition = files.definition(file)
    lines = comparing.between(definition, files.definition(other)) if other else comparing.ledger(definition)
    print("\n".join(lines) if lines else "They are the same.")


@definitions.command("try")
def try_out(
    file: File,
    script: Annotated[
        Path | None, typer.Option(help="What is tried; tries/<the file's name> beside it if unsaid.")
    ] = None,
) -> None:
    """Play a script of applications and print what each person would see. Fails where that is not what the script says."""
    from onedoor.defining import files

    seen = files.tried(file, script or file.parent / "tries" / file.name)
    print("\n".join([*seen.lines, *(f"NOT SO  {line}" for line in seen.otherwise)]))
    raise typer.Exit(1 if seen.otherwise else 0)


@definitions.command()
def publish(
    file: File,
    council: Annotated[str, typer.Option(help="The council that offers it from now on.")],
    url: Annotated[
        str | None, typer.Option(help="The address of case-crm; that of the local platform if unsaid.")
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(envvar="ONEDOOR_TOKEN", help="A bearer with definitions:write; if unsaid, the local issuer's."),
    ] = None,
) -> None:
    """Publish a service on the platform that runs, without starting it again. What has begun goes on as it began."""
    from onedoor.defining import publishing

    print(publishing.publish(file, council, url=url, token=token))
