"""Learn the weights of matching with Splink, and write them into the service: run this file with no arguments.

Splink is needed here and in tests, never where the service runs. It learns from the invented population, or from a
council's own records and the answers that its officers gave in the review queue (columns as in `Compared`, and `person`).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from customer_account.domain import matching
from invented_people import Record, population
from splink import Linker, SettingsCreator, block_on
from splink.backends.duckdb import DuckDBAPI
from splink.comparison_library import CustomComparison

RECORDS, SEED = 100_000, 1
WEIGHTS = Path(matching.__file__).parents[1] / "match_weights.json"
ASK_FROM, LINK_FROM = 2.0, 12.0  # log2 of the odds: 4 to 1, 4096 to 1; tried on another population by the tests
TURNED = "given_l = family_r AND family_l = given_r"
SILENT = {"family": f"family_l IS NULL OR family_r IS NULL OR ({TURNED})"}
SQL = {
    "given": {
        "same": "given_l = given_r",
        "short_form": "given_root_l = given_root_r",
        "turned_round": TURNED,
        "alike": f"jaro_winkler_similarity(given_l, given_r) >= {matching.ALIKE}",
        "initial": "given_l[1] = given_r[1] AND least(length(given_l), length(given_r)) = 1",
    },
    "family": {
        "same": "family_l = family_r",
        "part": "family_first_l IN (family_first_r, family_last_r) OR family_last_l IN (family_first_r, family_last_r)",
        "alike": f"jaro_winkler_similarity(family_l, family_r) >= {matching.ALIKE}",
    },
    "born": {
        "same": "born_l = born_r",
        "day_for_month": "born_l = born_swapped_r",
        "slip": "levenshtein(born_l, born_r) = 1",
        "by_default": "born_l[:4] = born_r[:4] AND '-01-01' IN (born_l[5:], born_r[5:])",
    },
    "place": {"same": "postcode_l = postcode_r", "district": "district_l = district_r"},
    **{name: {"same": f"{name}_l = {name}_r"} for name in ("phone", "email", "nino", "nhs_number")},
}
"""The levels of `matching.COMPARISONS`, as Splink asks them of its database."""


def row(number: int, record: Record) -> dict[str, Any]:
    """A record as it is compared."""
    held = {name: getattr(record, name) for name in Record.__slots__ if name != "person"}
    return {"unique_id": number, "person": record.person} | asdict(matching.compared(**held))


def settings(known: matching.Weights | None = None) -> SettingsCreator:
    """The same comparisons for Splink: to be learned, or weighing what they weigh for the service."""
    comparisons = []
    for name, asked in matching.COMPARISONS.items():
        missing = f"{asked.column}_l IS NULL OR {asked.column}_r IS NULL"
        silent = {
            "sql_condition": SILENT.get(name, missing),
            "is_null_level": True,
            "label_for_charts": "silent",
        }
        said = [
            {"sql_condition": SQL[name].get(level, "ELSE"), "label_for_charts": level}
            | (_odds(known.levels[name][level]) if known else {})
            for level in asked.levels
        ]
        comparisons.append(CustomComparison([silent, *said], output_column_name=name))
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("born"), block_on("postcode", "given_root")],
        probability_two_random_records_match=1 / (1 + 2**-known.prior) if known else 0.0001,
    )


def _odds(bits: float) -> dict[str, float]:
    """Any m and u of which log2(m / u) is so much."""
    return {"m_probability": 0.5 * min(1, 2**bits), "u_probability": 0.5 * min(1, 2**-bits)}


def linker(records: list[dict[str, Any]], model: dict[str, Any] | SettingsCreator) -> Linker:
    """Splink over these records."""
    return Linker(DuckDBAPI().register(records), model, log_level=None)


def learn(records: list[dict[str, Any]]) -> dict[str, Any]:
    """Splink's own model: how often each level holds of two records of one person (m), and of any two (u)."""
    teacher = linker(records, settings())
    teacher.training.estimate_u_using_random_sampling(max_pairs=2e7, seed=SEED)
    teacher.training.estimate_m_from_label_column("person")
    model: dict[str, Any] = teacher.misc.save_model_to_json()
    return model | {"probability_two_random_records_match": _share_of_pairs(records)}


def weights(model: dict[str, Any]) -> dict[str, Any]:
    """What the service needs of a model: the weights, in bits."""
    share = model["probability_two_random_records_match"]
    return {
        "learned": f"by Splink from {RECORDS} invented records, seed {SEED}",
        "prior": math.log2(share / (1 - share)),
        "ask_from": ASK_FROM,
        "link_from": LINK_FROM,
        "levels": {
            comparison["output_column_name"]: {
                level["label_for_charts"]: math.log2(level["m_probability"] / level["u_probability"])
                for level in comparison["comparison_levels"]
                if not level.get("is_null_level")
            }
            for comparison in model["comparisons"]
        },
    }


def _share_of_pairs(records: list[dict[str, Any]]) -> float:
    """Of all pairs of records, how many are of one person."""
    same = Counter(each["person"] for each in records)
    return sum(math.comb(count, 2) for count in same.values()) / math.comb(len(records), 2)


if __name__ == "__main__":
    learned = learn([row(number, record) for number, record in enumerate(population(RECORDS, seed=SEED))])
    WEIGHTS.write_text(json.dumps(weights(learned), indent=1) + "\n")
    print(WEIGHTS.read_text(), end="")
