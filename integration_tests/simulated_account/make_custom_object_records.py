"""Records of custom objects: numbers as text, lookup fields, deleted records, and objects without any record."""

from collections.abc import Mapping

from .account_data import AccountData
from .event_times import change_time, event_times
from .record_kinds import KINDS, row_of
from .tables import DELETED, LIVE, Record, TableRow
from .timestamps import iso

KIND = "custom_object_records"
FIELD_KIND = "custom_object_fields"
FIELDS: Mapping[str, str] = {
    "standard::name": "text",
    "color": "dropdown",
    "leased": "checkbox",
    "mileage": "integer",
    "owner": "lookup",
    "price": "decimal",
    "registered_on": "date",
}
"""Types by key."""
DELETED_TEXT = "[DELETED]"
ROWS_OF_OBJECTS = (12, 0, 5, 3)
"""How many records the objects have, in turn."""
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_COLORS = ("red", "green", "blue")


def make_custom_object_records(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The records of all objects; of an object that has some, every fifth has been deleted."""
    found = []
    for place, row in enumerate(account.table("custom_objects").by_key()):
        count = ROWS_OF_OBJECTS[place % len(ROWS_OF_OBJECTS)]
        for n, at in enumerate(event_times(account.random(f"{KIND} {row.key}"), count, account.made_at)):
            record = _record(account, str(row.key), place * 1000 + n, at)
            deleted = n % 5 == 4
            found.append(
                row_of(KINDS[KIND], deleted_record(record) if deleted else record, DELETED if deleted else LIVE)
            )
    return {KIND: found}


def make_custom_object_fields(account: AccountData) -> Mapping[str, list[TableRow]]:
    """The fields of all objects, which are the same: one of each type, and one that every object has."""
    found = []
    for place, holder in enumerate(account.table("custom_objects").by_key()):
        for n, (key, kind) in enumerate(FIELDS.items()):
            target = "zen:user" if kind == "lookup" else None
            own: Record = {"id": 44300000000000 + place * 100 + n, "key": key, "type": kind, "title": key.capitalize()}
            own |= {"relationship_target_type": target, "system": key.startswith("standard::"), "position": n}
            record = account.streams[FIELD_KIND].example | own
            record.pop("custom_object_key")
            row = row_of(account.kind(FIELD_KIND), record)
            row.parent = holder.key
            found.append(row)
    return {FIELD_KIND: found}


def deleted_record(record: Record) -> Record:
    """A record as the export has it once it has been deleted."""
    own = dict.fromkeys(record["custom_object_fields"], DELETED_TEXT)
    return record | {"name": DELETED_TEXT, "external_id": DELETED_TEXT, "custom_object_fields": own}


def record_id(number: int) -> str:
    """A ULID; the greater the number, the later in the order."""
    digits = ""
    for _ in range(16):
        number, digit = divmod(number, 32)
        digits = _ALPHABET[digit] + digits
    return f"01HXSF2Z6V{digits}"


def _record(account: AccountData, object_key: str, number: int, at: int) -> Record:
    example, key = account.streams[KIND].example, record_id(number)
    url = f"{account.home}/custom_objects/{object_key}/records/{key}.json"
    changed = change_time(account, account.random(f"{KIND} {number}"), at)
    own: Record = {"id": key, "url": url, "custom_object_key": object_key, "name": f"Car {number}"}
    own |= {"created_at": iso(at), "updated_at": iso(changed), "external_id": f"fleet-{number}" if number % 3 else None}
    fields: Record = {"color": _COLORS[number % 3], "mileage": str(number * 10), "leased": number % 2 == 0}
    fields |= {"price": f"{number}.50" if number % 4 else None, "registered_on": f"{iso(at)[:10]}T00:00:00+00:00"}
    record = example | own | {"custom_object_fields": example["custom_object_fields"] | fields}
    return {name: value for name, value in record.items() if name not in ("_deleted", "photo")}
