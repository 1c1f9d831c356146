"""The command `onedoor`. Each command calls one module; those are imported when needed, so that `up` stays small and fast."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from common.embedded import CannotStart
from common.runtime.store.clock import Clock

from onedoor.defining.cli import definitions
from onedoor.home import Home
from onedoor.importing.cli import import_command
from onedoor.packages import PACKAGES
from onedoor.refusals import CannotDo

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
clock = typer.Typer(help="The platform's one clock.", invoke_without_command=True)
app.add_typer(clock, name="clock")
audit = typer.Typer(help="Who looked at people's data.", no_args_is_help=True)
app.add_typer(audit, name="audit")
app.command("import")(import_command)
app.add_typer(definitions, name="definitions")

AsJson = Annotated[bool, typer.Option("--json", help="For scripts.")]
Role = Literal["resident", "officer", "partner", "reviewer", "operator", "administrator"]
MOMENT = "%Y-%m-%d %H:%M:%S%z"
tell = partial(print, flush=True)


@app.command()
def up(
    detach: Annotated[bool, typer.Option("--detach", help="Leave it running in the background.")] = False,
) -> None:
    """Start everything, and stop it with Ctrl-C. What was there before is there again."""
    raise typer.Exit(bring_up(detach=detach))


def bring_up(*, detach: bool, packages: tuple[str, ...] = PACKAGES) -> int:
    """What `up` does. Gives the exit code."""
    from onedoor import background, greeting, supervisor
    from onedoor.plan import Plan

    plan = Plan.from_environment(packages)

    def ready(seconds: float) -> None:
        tell(greeting.text(plan, seconds=seconds, detached=detach))

    if not detach:
        return supervisor.supervise(plan, tell=tell, ready=ready)
    ready(background.start(plan, tell=tell))
    return 0


@app.command()
def down() -> None:
    """Stop what runs in the background. Its data is kept."""
    from onedoor import background

    home = Home.from_environment()
    print("Stopped." if background.stop(home) else f"Nothing runs from {home.root}.")


@app.command()
def status(as_json: AsJson = False) -> None:
    """How every part is. Fails unless all are ready."""
    from onedoor import states

    parts = states.parts_of(Home.from_environment())
    said = states.as_json(parts)
    print(json.dumps(said, indent=1) if as_json else "\n".join(states.as_lines(parts)))
    raise typer.Exit(0 if said["ready"] else 1)


@app.command()
def token(
    role: Annotated[Role, typer.Option(help="What it lets its bearer be.")],
    council: Annotated[list[str], typer.Option(help="A council it serves; may be said more than once.")],
    subject: Annotated[
        str | None, typer.Option("--subject", "--person", help="Who it is; for a resident the person's id.")
    ] = None,
    permission: Annotated[list[str] | None, typer.Option(help="Only these, instead of all that the role has.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=24 * 60, help="How long it is good for.")] = 5,
) -> None:
    """Print a bearer token of the local issuer, and nothing else."""
    from onedoor import tokens

    home = Home.from_environment()
    print(tokens.token(home, role, councils=council, subject=subject, permissions=permission or (), minutes=minutes))


@app.command()
def provider() -> None:
    """Run the demo's sign-in provider until Ctrl-C. It signs anybody in, and asks for no password."""
    from onedoor import signing_in

    signing_in.serve(tell)


@app.command()
def rotate_signing_key(
    file: Annotated[
        Path | None, typer.Option(help="The file of ONEDOOR_SIGNING_KEYS_FILE; this home's where none is said.")
    ] = None,
    at_once: Annotated[
        bool, typer.Option(help="Also within ten minutes of the last time, as after a theft (then do it twice).")
    ] = False,
) -> None:
    """Sign tokens of whoever signed in with the next key from now on. Nobody is signed out by it."""
    from onedoor import signing_in

    tell(signing_in.rotate(file or Home.from_environment().signing_keys, at_once=at_once))


@app.command()
def demo() -> None:
    """Play one story through all five services, on the platform that runs here."""
    from onedoor import demo as played

    played.play(Home.from_environment(), tell)


@app.command()
def parked(as_json: AsJson = False) -> None:
    """List the events that subscribers could not take yet, and the timers that failed, and why."""
    from onedoor import ledgers
    from onedoor.running import Running

    running = Running.of(Home.from_environment())
    found, timers = ledgers.parked(running), ledgers.put_aside(running)
    if as_json:
        listed = {"parked": [asdict(one) for one in found], "timers": [asdict(one) for one in timers]}
        print(json.dumps(listed, indent=1, default=str))
        return
    for one in found:
        print(f"{one.consumer}  {one.aggregate}/{one.id}@{one.version}  {one.event}  since {one.since:{MOMENT}}")
        print(f"    {one.reason}; {one.behind} behind it")
    for timer in timers:
        print(f"{timer.consumer}  {timer.timer}/{timer.id}  due {timer.due:{MOMENT}}  since {timer.since:{MOMENT}}")
        print(f"    {timer.reason}")
    print(f"{len(found) + len(timers)} parked." if found or timers else "Nothing is parked.")


@app.command()
def retry(
    consumer: Annotated[str | None, typer.Option(help="Only what this subscriber parked, or <service>-timers.")] = None,
) -> None:
    """Try what is parked once more, in order."""
    from onedoor import asking
    from onedoor.running import Running

    for service, tried in asking.retry(Running.of(Home.from_environment()), consumer=consumer).items():
        print(f"{service}: tried {tried}")


@app.command()
def rotate_keys() -> None:
    """Seal everything anew under new keys. Stopped or killed, it goes on where it was."""
    from onedoor import rotating
    from onedoor.running import Running

    rotating.rotate(Running.of(Home.from_environment()), tell)


@app.command()
def say_again(
    consumer: Annotated[str | None, typer.Option(help="Rebuild this subscriber's tables from its owners.")] = None,
    aggregate: Annotated[str | None, typer.Option(help="Say one story again to all, as in case/<id>.")] = None,
    since: Annotated[str | None, typer.Option(help="Say everything again to all since this (real) time.")] = None,
) -> None:
    """Have the owners repeat what they said. What was heard before is heard once all the same."""
    from onedoor import asking, moments, rebuilding
    from onedoor.running import Running

    if [consumer, aggregate, since].count(None) != 2:
        raise CannotDo("say one of --consumer, --aggregate and --since")
    running = Running.of(Home.from_environment())
    if consumer:
        rebuilding.rebuild(running, consumer, tell=tell)
    else:
        asked = asking.say_again(running, aggregate=aggregate, since=moments.moment(since) if since else None)
        print(f"Asked {', '.join(asked)} to say it again.")


@app.command()
def restored(
    service: Annotated[
        list[str] | None, typer.Argument(help="Whose database was restored; all where none is said.")
    ] = None,
) -> None:
    """Say, before `up`, that databases were put back from a backup: what was heard of their lost end is made good."""
    from onedoor import restoring

    named = restoring.note(Home.from_environment(), service or ())
    print(f"The next start of {', '.join(named)} begins a new era.")


@app.command()
def retention(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="What would go at the next run, and what is held, instead.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Tell what went by itself, because it had been kept for its time."""
    from onedoor import retention as nightly

    home = Home.from_environment()
    found: list[Any] = nightly.to_go(home) if dry_run else nightly.went(home)
    lines = nightly.told_to_go(found) if dry_run else nightly.told_went(found)
    print(json.dumps([asdict(one) for one in found], indent=1, default=str) if as_json else "\n".join(lines))


@app.command()
def trace(what: Annotated[str, typer.Argument(help="A case's reference, a trace id or a correlation id.")]) -> None:
    """Show everything that happened in one story, trace by linked trace."""
    from onedoor import tracing, waterfall

    for line in waterfall.story(tracing.story_of(Home.from_environment(), what)):
        print(line)


@audit.command("verify")
def verify_audit(
    keys: Annotated[Path | None, typer.Option(help="The public keys, in PEM; this home's where none is said.")] = None,
) -> None:
    """See whether every entry of who looked is as it was sealed. Fails at the first that is not."""
    from onedoor import audit as sealed
    from onedoor.running import Running

    home = Home.from_environment()
    try:
        tell(sealed.verify(Running.of(home), keys or home.audit_keys).told())
    except sealed.Faulty as fault:
        tell(fault)
        raise typer.Exit(1) from None


@audit.callback()
def audit_alone() -> None:
    """Who looked at people's data."""


@clock.callback()
def clock_alone(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        show_clock()


@clock.command("show")
def show_clock() -> None:
    """Tell the platform's time, and how far it is from real time."""
    from onedoor import moments

    print(moments.told(_clock()))


@clock.command("set")
def set_clock(moment: Annotated[str, typer.Argument(help="2026-12-14T09:30 (UTC without a zone), or: now")]) -> None:
    """Make it that time for all services; it runs on from there. `now` is real time."""
    from onedoor import moments

    _clock().set(moments.moment(moment))
    show_clock()


@clock.command("step", context_settings={"ignore_unknown_options": True})
def step_clock(by: Annotated[str, typer.Argument(help="3d, 2h, 1d12h, or back: -30m")]) -> None:
    """Move time for all services."""
    from onedoor import moments

    _clock().step(moments.step(by))
    show_clock()


def _clock() -> Clock:
    home = Home.from_environment()
    home.make()
    return Clock(home.clock)


def main() -> None:
    """Refusals are one sentence on standard error and an exit code; a trace of calls is a fault of ours."""
    try:
        app()
    except (CannotStart, CannotDo) as refusal:
        print(refusal, file=sys.stderr)
        sys.exit(1)
