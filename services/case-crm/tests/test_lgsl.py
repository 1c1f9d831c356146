"""The codes of the national list of local government services, compared with the list."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest
from case_crm.publishing import FILES, offered

DATA = Path(os.environ.get("ONEDOOR_TEST_DATA") or Path(__file__).parents[3] / "../shared/data")
LIST = DATA / "lgsl/local_services.csv"
CALLED = {
    "adult_social_care": "a needs assessment by social services",
    "allotment": "allotments",
    "blocked_drain": "blocked drains",
    "blue_badge": "Blue Badge parking permits",
    "bulky_waste": "special collections for large items",
    "bus_pass": "older person's bus pass",
    "council_tax": "council tax",
    "council_tax_empty_exemption": "discounts on council tax",
    "council_tax_reduction": "council tax benefit",
    "council_tax_single_discount": "discounts on council tax",
    "electoral_register": "the electoral register",
    "fly_tipping": "flytipping",
    "garden_waste": "disposing of garden waste",
    "housing_repair": "repairs to council properties",
    "library_membership": "library services",
    "missed_bin": "day the refuse is collected",
    "noise": "noise nuisance",
    "parking_permit": "parking permits",
    "planning_comment": "the register of planning decisions",
    "pothole": "potholes",
    "school_transfer": "primary school places",
    "street_light": "street lights",
    "telecare": "equipment and adaptions to the home for disabled people",
}


@pytest.fixture(scope="module")
def listed() -> dict[int, str]:
    if not LIST.exists():
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail(f"{LIST} is absent, and this is CI: set ONEDOOR_TEST_DATA")
        pytest.skip(f"{LIST} is absent: no code was compared")
    with LIST.open(encoding="utf-8-sig", newline="") as rows:
        return {int(row["LGSL"]): row["Description"] for row in csv.DictReader(rows)}


def test_every_code_is_in_the_list_and_is_of_that_service(listed: dict[int, str]) -> None:
    coded = {service: definition.lgsl for (_, service), (definition, _) in offered(FILES).items() if definition.lgsl}
    assert {*coded} == {*CALLED}
    for service, code in coded.items():
        assert CALLED[service] in listed[code], service
