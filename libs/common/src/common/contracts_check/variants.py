"""Which shape of a union before is which shape after. Only matching; what differs inside is compared elsewhere."""

from collections.abc import Callable

from common.contracts_check.shapes import Shape

Pairs = list[tuple[Shape, Shape]]


def paired(before: list[Shape], after: list[Shape]) -> tuple[Pairs, list[Shape], list[Shape]]:
    """(pairs, shapes that are gone, shapes that are new). The surest likeness is tried first, for all shapes.

    Every shape is used once, so that a pair badly chosen can only be reported, never hide a change.
    """
    if len(before) == len(after) == 1:
        return [(before[0], after[0])], [], []
    pairs, gone, added = Pairs(), list(before), list(after)
    for alike in LIKENESSES:
        for old in list(gone):
            new = next((shape for shape in added if alike(old, shape)), None)
            if new is not None:
                pairs.append((old, new))
                gone.remove(old)
                added.remove(new)
    return pairs, gone, added


def _same_tag(old: Shape, new: Shape) -> bool:
    return bool(old.tags & new.tags)


def _same_name(old: Shape, new: Shape) -> bool:
    return old.reference is not None and old.reference == new.reference and not _other_tag(old, new)


def _same_content(old: Shape, new: Shape) -> bool:
    return old.kind == new.kind and old.schema == new.schema and not _other_tag(old, new)


def _same_kind(old: Shape, new: Shape) -> bool:
    return old.kind == new.kind and not _other_tag(old, new)


def _other_tag(old: Shape, new: Shape) -> bool:
    return bool(old.tags and new.tags) and not old.tags & new.tags


LIKENESSES: tuple[Callable[[Shape, Shape], bool], ...] = (_same_tag, _same_name, _same_content, _same_kind)
