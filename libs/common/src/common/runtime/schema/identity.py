"""Which ids are one person's, as PostgreSQL finds it: what row-level security and the named reads ask."""

from __future__ import annotations

from collections.abc import Iterator

# They run as the owner: nobody who serves a caller may read who was joined with whom. Their names are bound as they are made.
_FUNCTION = """
CREATE OR REPLACE FUNCTION onedoor.{name} RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 1
BEGIN ATOMIC
    WITH RECURSIVE {found}
    SELECT id FROM theirs;
END
"""
_LEADING_HERE = """theirs (id) AS (
        {begun} UNION SELECT known.alias FROM public.also_known_as known JOIN theirs ON known.person_id = theirs.id
    )"""
_LED_ON = """led_on (id) AS (
        SELECT whose UNION SELECT known.person_id FROM public.also_known_as known JOIN led_on ON known.alias = led_on.id
    )"""
_LAST = """theirs (id) AS (
        SELECT id FROM led_on WHERE NOT EXISTS (SELECT FROM public.also_known_as known WHERE known.alias = led_on.id)
    )"""
_CALLER = _LEADING_HERE.format(begun="SELECT unnest(nullif(current_setting('onedoor.persons', true), '')::uuid[])")
_ANYBODY = ", ".join((_LED_ON, _LEADING_HERE.format(begun="SELECT id FROM led_on")))


def functions() -> Iterator[str]:
    """`onedoor.persons()`: the resident who asks, and every id that leads to them. `onedoor.ids_of(id)`: all of a person's;
    `onedoor.last_of(id)`: the one that they all lead to.

    A table that was never looked at is planned as a large one, and this one may stay empty for years: each call would make
    room for as many ids, which cost four times what it does.
    """
    yield _FUNCTION.format(name="persons()", found=_CALLER)
    yield _FUNCTION.format(name="ids_of(whose uuid)", found=_ANYBODY)
    yield _FUNCTION.format(name="last_of(whose uuid)", found=", ".join((_LED_ON, _LAST)))
    yield "ANALYZE public.also_known_as"
