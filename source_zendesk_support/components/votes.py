"""Votes of one kind, from the list that holds the votes of all kinds.

Facts: docs/zendesk-api.md#guide.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from source_zendesk_support.components.lists import ListRetriever
from source_zendesk_support.components.page_result import Row
from source_zendesk_support.state.position import Position

KIND = "item_type"
KINDS = frozenset({"Article", "Comment", "Post", "PostComment"})
COMMENT_KINDS = frozenset({"Comment", "PostComment"})
"""It is not documented whether a vote on a post's comment says ``PostComment`` or ``Comment``."""
MAX_PAGES_OF_UNKNOWN_KINDS = 10
"""If none of the first pages has such a vote, the votes are read comment by comment: a sync must not start with a
silent read of a long list."""


@dataclass
class VoteListRetriever(ListRetriever):
    """The votes of one kind.

        type: CustomRetriever
        class_name: source_zendesk_support.components.votes.VoteListRetriever
        kind: Article
        requester: {$ref: "#/definitions/requester", url: "{{ config['base_url'] }}/api/v2/help_center/votes.json"}

    Not ``SimpleRetriever`` with a ``record_filter``: a stream reads this list only if Zendesk serves it, and otherwise
    makes a request for each parent (``ParentListRetriever``). Its token has a name of its own in STATE, because a page
    of this list is none of the other one; the bookmark holds for both.

    Args:
        kind: ``item_type`` of the votes.
    """

    kind: str = ""
    token_key = "next_votes"  # noqa: S105  the name of a field, not a secret

    @property
    def row_fields(self) -> tuple[str, ...]:
        """The same, and the kind."""
        return (*super().row_fields, KIND)

    def begin(self, position: Position) -> Position:
        """From the start if parents were refused: the list shows their older votes, too."""
        if position.refused:
            position = replace(position, bookmark=self.start, ids=frozenset(), refused=frozenset())
        return super().begin(position)

    def new_rows(self, rows: Sequence[Row], position: Position) -> Sequence[Row]:
        """New votes of the kind."""
        return [row for row in super().new_rows(rows, position) if row.get(KIND) == self.kind]

    def serves(self, kinds: AbstractSet[str], *, is_complete: bool) -> bool | None:
        """Whether the list tells the kinds of votes apart; None if more of its pages must show it.

        It does for comments if a vote says ``PostComment``, or if the complete list has no vote on a comment.

        Args:
            kinds: of the votes of its first pages.
            is_complete: these are all its pages.
        """
        if not kinds <= KINDS:
            return False
        if self.kind not in COMMENT_KINDS or "PostComment" in kinds:
            return True
        return "Comment" not in kinds if is_complete else None

    def _note_rows(self, position: Position, rows: Sequence[Row]) -> Position:
        return super()._note_rows(position, [row for row in rows if row.get(KIND) == self.kind])
