"""Sums one custom field by another in the database: a numeric column by a label column.

.venv-demo/bin/python -m demo.amounts zendesk.duckdb amounts.json
"""

import json
import sys
from pathlib import Path

import duckdb

QUERY = """
    SELECT product_label, count(*), round(sum(amount), 2)::DOUBLE
    FROM tickets
    WHERE amount IS NOT NULL
    GROUP BY product_label
    ORDER BY product_label NULLS LAST
"""


def amounts(database: Path) -> list[tuple[str | None, int, float]]:
    """Each product's label, number of tickets and sum of amounts."""
    with duckdb.connect(str(database), read_only=True) as connection:
        return [(label, tickets, amount) for label, tickets, amount in connection.sql(QUERY).fetchall()]


if __name__ == "__main__":
    print("\n".join(f"    {line.strip()}" for line in QUERY.strip().splitlines()) + "\n")
    found = amounts(Path(sys.argv[1]))
    for label, tickets, amount in found:
        print(f"    {label or '(none)':<12} {tickets:>7,} tickets {amount:>16,.2f}")
    Path(sys.argv[2]).write_text(json.dumps(found))
