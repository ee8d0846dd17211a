"""Side conversations and their events: of every twentieth ticket that is not deleted."""

from collections.abc import Mapping
from random import Random
from uuid import UUID

from .account import Account
from .kinds import KINDS, row_of
from .pieces import attachment
from .rows import DELETED, Record, Row
from .stamps import HOUR, iso_millis
from .stories import Story, stories_of
from .text import SUBJECT, html, paragraph

_STEPS = ("create", "reply", "update")


def make_side_conversations(account: Account) -> Mapping[str, list[Row]]:
    """Conversations and events; the ids are UUIDs."""
    rng = account.random("side conversations")
    conversations: list[Row] = []
    events: list[Row] = []
    for story in account.keep("stories", stories_of):
        if story.number % 20 == 0 and story.state != DELETED:
            for _ in range(1 + story.number % 40 // 20):
                conversation, told = _told(account, rng, story)
                conversations.append(row_of(KINDS["side_conversations"], conversation, story.state))
                events += [row_of(KINDS["side_conversation_events"], event, story.state) for event in told]
    return {"side_conversations": conversations, "side_conversation_events": events}


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=1))


def _told(account: Account, rng: Random, story: Story) -> tuple[Record, list[Record]]:
    number, subject = _uuid(rng), SUBJECT[rng.randrange(len(SUBJECT))]
    url = f"{account.home}/tickets/{story.number}/side_conversations/{number}"
    start = min(story.created + HOUR, story.generated) + rng.random()
    times = [min(start + step * HOUR, story.generated + rng.random()) for step in range(3)]
    people = [_agent(story), {"user_id": None, "name": "Supplier", "email": "supplier@partner.example"}]
    conversation = {
        "id": number,
        "url": url,
        "ticket_id": story.number,
        "subject": subject,
        "preview_text": paragraph(rng, 1, 1),
        "state": "closed",
        "participants": people,
        "external_ids": {"targetTicketId": str(max(1, story.number - 1))} if story.number % 40 == 0 else {},
        "created_at": iso_millis(times[0]),
        "updated_at": iso_millis(times[-1]),
        "message_added_at": iso_millis(times[1]),
        "state_updated_at": iso_millis(times[-1]),
    }
    told = [_event(rng, conversation, step, iso_millis(at), people) for step, at in zip(_STEPS, times, strict=True)]
    return conversation, told


def _agent(story: Story) -> Record:
    return {
        "user_id": story.agent,
        "name": "Agent",
        "email": "support@acme.zendesk.com",
        "phone": None,
        "slack_workspace_id": None,
        "slack_channel_id": None,
        "msteams_channel_id": None,
        "support_group_id": story.group,
        "support_agent_id": story.agent,
    }


def _event(rng: Random, conversation: Record, step: str, at: str, people: list[Record]) -> Record:
    number = _uuid(rng)
    return {
        "id": number,
        "url": f"{conversation['url']}/events/{number}",
        "side_conversation_id": conversation["id"],
        "ticket_id": conversation["ticket_id"],
        "type": step,
        "via": "support" if step != "reply" else "email",
        "actor": people[step == "reply"],
        "created_at": at,
        "message": None if step == "update" else _message(rng, conversation, people),
        "updates": {"state": "closed", "subject": None} if step == "update" else {},
    }


def _message(rng: Random, conversation: Record, people: list[Record]) -> Record:
    body = paragraph(rng)
    file = attachment(rng, 70_000_000_000_000 + rng.randrange(10**9))
    return {
        "subject": conversation["subject"],
        "preview_text": body[:60],
        "body": body,
        "html_body": html(body),
        "from": people[0],
        "to": people[1:],
        "external_ids": {"inboundEmail": "mail-1"},
        "attachments": [
            {"id": str(file["id"]), "name": file["file_name"], "size": file["size"], "content_url": file["content_url"]}
        ],
    }
