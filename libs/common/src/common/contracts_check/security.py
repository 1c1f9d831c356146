"""Whether whoever was let in is still let in. Which tokens exist, and who gets one, is not known here."""

from collections.abc import Iterator

from common.contracts_check.breakage import Breakage, Json, Place, broken

Way = dict[str, list[str]]


def security_breakages(old: Json, new: Json, *, at: Place) -> Iterator[Breakage]:
    """Breakages by the ways into one operation (OpenAPI security requirements, the document's own as the default)."""
    before, after = _ways(old, at.old), _ways(new, at.new)
    for way in before:
        if not any(_asks_no_more(other, way) for other in after):
            yield from broken(at, f"{_named(way)} was enough before and is refused now")


def _ways(operation: Json, document: Json) -> list[Way]:
    said: list[Way] | None = operation.get("security", document.get("security"))
    return said or [{}]  # nothing is required: everybody is let in


def _asks_no_more(new: Way, old: Way) -> bool:
    return all(scheme in old and set(scopes) <= set(old[scheme]) for scheme, scopes in new.items())


def _named(way: Way) -> str:
    return " with ".join(f"{scheme} ({', '.join(scopes)})" if scopes else scheme for scheme, scopes in way.items()) or (
        "no token"
    )
