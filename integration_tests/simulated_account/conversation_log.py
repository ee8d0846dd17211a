"""The log of a messaging ticket: the messages of its conversation, and its comments, in order of time.

Facts: docs/zendesk-api.md#conversation-logs.
"""

import orjson

from .account_data import AccountData
from .tables import RowKey, TableRow
from .timestamps import epoch

LOG = "ticket_conversation_log"
MESSAGING_CHANNELS = ("native_messaging", "whatsapp", "instagram_dm")


def log_of(account: AccountData, ticket: RowKey) -> list[TableRow]:
    """The events of a ticket's log, as they are served."""
    comments = account.table("ticket_comments").children(ticket)
    rows = [*account.table(LOG).children(ticket), *map(_comment_event, comments)]
    return sorted(rows, key=lambda row: (row.created, row.key))


def _comment_event(row: TableRow) -> TableRow:
    """A comment of the ticket, as its log tells it."""
    comment = row.record()
    is_agent = comment["author_id"] % 2 == 0
    event = {
        "id": f"01{row.key:024d}",
        "type": "Comment",
        "created_at": comment["created_at"],
        "received_at": None,
        "reference": f"zen:ticket_event:{row.key}",
        "author": {
            "type": "agent" if is_agent else "user",
            "display_name": "Agent" if is_agent else "Customer",
            "avatar_url": None,
            "zen:support:user_id": comment["author_id"],
            "zen:sunco:user_id": None,
        },
        "content": {"type": "text", "body": comment["body"]},
        "attachments": comment["attachments"],
        "metadata": {"public": comment["public"], "system": {}, "custom": {}, "ticket_version": "1"},
        "source": {"type": comment["via"]["channel"]},
    }
    return TableRow(event["id"], 0, orjson.dumps(event), created=epoch(comment["created_at"]), parent=row.parent)
