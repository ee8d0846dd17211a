"""Records of attachments, and their URLs that have not expired."""

from collections.abc import Iterator

from .account_data import AccountData
from .tables import Record

RENEWED = "renewed"
"""The parameter of a URL that has not expired."""


def with_renewed_url(record: Record) -> Record:
    """An attachment whose URL has not expired."""
    url = record["content_url"]
    return record | {"content_url": f"{url}{'&' if '?' in url else '?'}{RENEWED}=1"}


def attachments_with(account: AccountData, text: str) -> Iterator[Record]:
    """Attachments of the comments that contain this text."""
    for row in account.table("ticket_comments"):
        if text.encode() in row.body:
            yield from row.record()["attachments"]
