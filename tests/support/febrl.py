"""The public set of Febrl (tests/data/febrl_dataset1.csv): 1,000 records of 500 people; the id
tells who is who. Its social security number is left out: we keep none.
"""

import csv
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent.parent / "data" / "febrl_dataset1.csv"


def people() -> list[tuple[str, dict[str, Any]]]:
    """Each record as ``(whose it is, what stands in it)``, in our fields."""
    with FILE.open(newline="") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    return [(row["rec_id"].split("-")[1], _ours(row)) for row in rows]


def _ours(row: dict[str, str]) -> dict[str, Any]:
    said = {name: text.strip() for name, text in row.items()}
    born = said["date_of_birth"]
    return {
        "given_name": said["given_name"].title(),
        "family_name": said["surname"].title(),
        "city": said["suburb"].title(),
        "street": f"{said['address_1']} {said['street_number']}".strip(),
        "postcode": said["postcode"],
        "custom_values": {"born": f"{born[:4]}-{born[4:6]}-{born[6:]}"} if born else {},
    }
