"""Shows what few connectors bring: marks of deleted rows, the text of a conversation, a table of a custom object.

.venv-demo/bin/python -m demo.highlights zendesk.duckdb conversation highlights.json
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb

DELETABLE = ("macros", "group_memberships", "triggers")
CARS = "custom_object_car_0000"
MESSAGES = Path(__file__).parent.parent / "sql" / "duckdb" / "ticket_messages.sql"
MOST_TALKATIVE = """
    SELECT ticket_id FROM ticket_messages WHERE source = 'conversation message'
    GROUP BY ticket_id ORDER BY count(*) DESC, ticket_id LIMIT 1
"""
Query = Callable[[str], list[tuple[Any, ...]]]


def deleted(query: Query) -> dict[str, list[int]]:
    """The ids of marked rows, by table."""
    found = {}
    for table in DELETABLE:
        rows = query(f"SELECT id, _ab_cdc_deleted_at FROM {table} WHERE _ab_cdc_deleted_at IS NOT NULL ORDER BY id")  # noqa: S608  a table of ours
        for key, moment in rows:
            print(f"    {table:<18} {key:>16}  deleted, found at {moment:%Y-%m-%d %H:%M:%S}")
        found[table] = [key for key, _ in rows]
    return found


def conversation(query: Query) -> list[str]:
    """The texts of the longest conversation."""
    query(MESSAGES.read_text("utf-8"))
    ((ticket,),) = query(MOST_TALKATIVE)
    rows = query(
        f"SELECT created_at, author_type, channel, text FROM ticket_messages WHERE ticket_id = {ticket} "  # noqa: S608  an id of ours
        "AND source = 'conversation message' AND text <> '' ORDER BY created_at, id"
    )
    print(f"    ticket {ticket}")
    for created_at, author, channel, text in rows[:8]:
        print(f"    {created_at:%H:%M}  {author or '':<8} {channel or '':<18} {text[:70]}")
    return [str(ticket), *(text for *_, text in rows)]


def cars(query: Query) -> list[list[Any]]:
    """The rows of one custom object's table."""
    rows = query(f"SELECT id, name, color, leased, mileage, price FROM {CARS} WHERE NOT _deleted ORDER BY id")  # noqa: S608  a table of ours
    for _, name, color, leased, mileage, price in rows[:5]:
        owner = "leased" if leased else "owned"
        distance, amount = (f"{value:,}" if value is not None else "unknown" for value in (mileage, price))
        print(f"    {name:<10} {color or '':<8} {owner:<8} {distance:>10} km {amount:>12}")
    return [[key, mileage] for key, _, _, _, mileage, _ in rows]


SHOWN: Mapping[str, Callable[[Query], Any]] = {"deleted": deleted, "conversation": conversation, "cars": cars}


def main(database: str, name: str, target: str) -> None:
    """Print one of them, and write what was found as JSON."""
    with duckdb.connect(database) as connection:
        found = SHOWN[name](lambda text: connection.execute(text).fetchall())
    Path(target).write_text(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
