"""Single records of attachments, with URLs that have not expired."""

from collections.abc import Iterator

from .account_data import AccountData
from .responses import ApiResponse, not_found
from .tables import Record, RowKey

RENEWED = "renewed"
"""The parameter of a URL that has not expired."""


def attachment_record(account: AccountData, key: RowKey, *, renewed: bool) -> ApiResponse:
    """One attachment of a ticket, by its id, without its ticket."""
    record = next((record for record in attachments_with(account, str(key)) if record["id"] == key), None)
    if record is None:
        raise not_found()
    return ApiResponse(rest={"attachment": with_renewed_url(record) if renewed else record})


def with_renewed_url(record: Record) -> Record:
    """An attachment whose URL has not expired."""
    url = record["content_url"]
    return record | {"content_url": f"{url}{'&' if '?' in url else '?'}{RENEWED}=1"}


def attachments_with(account: AccountData, text: str) -> Iterator[Record]:
    """Attachments of the comments that contain this text."""
    for row in account.table("ticket_comments"):
        if text.encode() in row.body:
            yield from row.record()["attachments"]
