"""Organizations: the example row, with what tells them apart."""

from collections.abc import Mapping
from random import Random

from .account_data import AccountData
from .account_ids import AccountIds, account_ids_of
from .event_times import change_time, event_times
from .invented_text import company, paragraph, tags
from .make_fields import keyed_values
from .record_kinds import KINDS, number_of, row_of
from .tables import DELETED, LIVE, Record, TableRow
from .timestamps import iso


def make_organizations(account: AccountData) -> Mapping[str, list[TableRow]]:
    """Organizations; every twentieth is deleted and seen only in the export."""
    ids, rng = account.shared("ids", account_ids_of), account.random("organizations")
    rows = []
    for n, created in enumerate(event_times(rng, ids.organizations, account.made_at)):
        record = _organization(account, ids, rng, n, created)
        rows.append(row_of(KINDS["organizations"], record, DELETED if record["deleted_at"] else LIVE))
    return {"organizations": rows}


def _organization(account: AccountData, ids: AccountIds, rng: Random, n: int, created: int) -> Record:
    number, updated = number_of("organizations", n), change_time(account, rng, created)
    own = {
        "url": f"{account.home}/organizations/{number}.json",
        "id": number,
        "name": company(n),
        "external_id": f"org-{n}" if n % 2 else None,
        "created_at": iso(created),
        "updated_at": iso(updated),
        "domain_names": [f"company{n}.example"] if n % 3 else [],
        "details": paragraph(rng, 1, 2) if n % 3 == 0 else None,
        "notes": paragraph(rng, 1, 1) if n % 4 == 0 else None,
        "shared_comments": n % 10 == 0,
        "group_id": number_of("groups", n % 6) if n % 5 == 0 else None,
        "tags": tags(rng),
        "organization_fields": keyed_values(rng, created),
        "deleted_at": iso(updated) if n % 20 == 19 else None,
    }
    return account.streams["organizations"].example | own
