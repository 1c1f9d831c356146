"""What was asked, said and promised at a touch, as it is kept and as it is checked."""

from __future__ import annotations

from typing import Any

from common.contracts.cases import WhatWasSaid

NOTHING_SAID = WhatWasSaid()


def said_columns(said: WhatWasSaid) -> dict[str, Any]:
    """The columns of a touch with what was said at it."""
    kept = said.model_dump(include={"asked", "said", "promised", "promised_by"})
    codes = {"demand": said.demand, "failure": said.failure, "helped_how": said.help and said.help.how}
    return {
        **kept,
        **{name: code.value if code else None for name, code in codes.items()},
        "helped_where": said.help.where if said.help else None,
    }


def texts_of(said: WhatWasSaid) -> dict[str, str | None]:
    """The free texts in it, by their places in the command."""
    return {
        "/asked": said.asked,
        "/said": said.said,
        "/promised": said.promised,
        "/help/where": said.help.where if said.help else None,
    }
