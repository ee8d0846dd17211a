"""A walk: one pass over an endpoint's pages, in order, for every stream that can be read from them.

A page is fetched once and decoded once; each stream's records go out, then each stream's STATE, then the next page is
asked for.
"""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator, Sequence

from airbyte_cdk.models import AirbyteMessage, FailureType

from source_zendesk_support.api.client import ZendeskClient
from source_zendesk_support.api.decode import decode_row
from source_zendesk_support.api.request import PageRequest, PageResponse
from source_zendesk_support.components.base import PagedRetriever, Row
from source_zendesk_support.errors import BadRequest, EndpointUnavailable, MalformedResponse, WalkError
from source_zendesk_support.state.position import Position
from source_zendesk_support.times import iso
from source_zendesk_support.walk.failures import BadRequestRecovery, FailurePolicy, invalid_state_error
from source_zendesk_support.walk.gate import Gate
from source_zendesk_support.walk.record_emitter import RecordEmitter
from source_zendesk_support.walk.single_flight import SingleFlight
from source_zendesk_support.walk.stream_reader import StreamReader

OLDEST = 600
"""Seconds; no endpoint wants a start time to be older."""


class Walk:
    """One pass.

    Args:
        rules: the family's rules, of any of the members.
        members: the streams that are read from these pages.
        zendesk: fetches pages.
        gate: judges refusals.
        outbox: bounds the messages that wait for the main thread.
    """

    def __init__(
        self,
        rules: PagedRetriever,
        members: Sequence[StreamReader],
        zendesk: ZendeskClient,
        gate: Gate,
        write_slots: threading.Semaphore,
    ) -> None:
        self._rules = rules
        self._members = sorted(members, key=lambda member: member.asks)
        self._names = [member.name for member in self._members]
        self._asks = any(member.asks for member in members)
        self._zendesk = zendesk
        self._setbacks = FailurePolicy(rules, self._members, zendesk, gate)
        self._outlet = RecordEmitter(zendesk.progress, write_slots)
        self._include = sorted({member.include for member in members if member.include})
        self._buckets = zendesk.budget.buckets_of(rules.path)
        self._guard = rules.guard()
        self._remedies = BadRequestRecovery(rules, self._guard)
        self._lead = SingleFlight(self._names)
        self._earlier: Walk | None = None

    def follow(self, earlier: Walk) -> None:
        """Begin when another walk has ended."""
        self._earlier = earlier

    def read(self, stream: str) -> Iterator[AirbyteMessage]:
        """Messages of the whole walk for the leader, none for the others, which end when it has ended.

        Raises:
            AirbyteTracedException: the walk failed; in every one of its streams.
        """
        if self._earlier:
            self._earlier.wait()
        yield from self._lead.read(stream, self._messages)

    def wait(self) -> None:
        """Return when the walk has ended, however it did."""
        self._lead.wait()

    @property
    def failed(self) -> list[str]:
        """The streams that this walk has not read whole."""
        return self._names if self._lead.failure else []

    @property
    def failure_type(self) -> FailureType | None:
        """Whose fault it is that this walk has failed; None if it has not."""
        return self._lead.failure_type

    @property
    def under_way(self) -> Iterator[AirbyteMessage]:
        """STATE of every stream of a walk that has begun and not ended, as it stands."""
        if self._lead.under_way:
            yield from (member.cursor.message() for member in self._members if member.form)

    def _messages(self) -> Iterator[AirbyteMessage]:
        try:
            yield from self._pages()
        except WalkError as error:
            raise self._setbacks.stray(error) from error
        finally:
            for member in self._members:
                member.odd.log_summary()
                member.ended()
                if member.keys:
                    member.keys.log_summary()
                self._zendesk.progress.ended(member.name, member.refused_parents())

    def _pages(self) -> Iterator[AirbyteMessage]:
        position = self._begin()
        first = True
        while not position.done:
            try:
                ask = self._ask(position)
                answer = self._zendesk.page(ask)
            except EndpointUnavailable as refused:
                self._setbacks.refused(refused, first=first)
                return
            except BadRequest as bad:
                self._setbacks.check_future()
                position = self._remedies.after(position, bad, ask)
                continue
            self._remedies.worked()
            try:
                if first:
                    self._setbacks.check_future()
                position, first = (yield from self._page(answer, position)), False
            except MalformedResponse as broken:
                raise self._setbacks.broken(broken, answer.request) from broken
            except BadRequest as bad:  # of a child
                raise invalid_state_error(self._rules.name, bad) from bad
            finally:
                answer.release()
                del answer  # or it would stay in memory until the next page has been decoded

    def _ask(self, position: Position) -> PageRequest:
        ask = self._rules.ask(position, self._now(position), self._include)
        ask.row_fields = self._rules.row_fields
        return self._guard.watch(ask, position.token)

    def _now(self, position: Position) -> int:
        """Server time. Before any answer has told it, at least what the bookmark shows, which the server has told."""
        clock = self._zendesk.clock
        return clock.latest() if clock.known else max(clock.now(), position.bookmark + OLDEST)

    def _begin(self) -> Position:
        least = self._least()
        for member in self._members:
            member.caught_up = member.position == least
            since = iso(member.position.bookmark) if member.form else "the beginning"
            since += ", resumed" if member.position.token else ""
            self._zendesk.progress.started(member.name, since, self._buckets)
            member.prepare()
        return self._rules.begin(least)

    def _least(self) -> Position:
        """Where the member stands that is furthest behind.

        Cursors cannot be compared: where several stand at one second with different ones, that second is asked for
        by time.
        """
        bookmark = min(member.position.bookmark for member in self._members)
        places = [member.position for member in self._members if member.position.bookmark == bookmark]
        agreed = all(place.token == places[0].token for place in places)
        return places[0] if agreed else Position(bookmark=bookmark)

    def _page(self, answer: PageResponse, position: Position) -> Generator[AirbyteMessage, None, Position]:
        """One page's messages, all records of a stream before its STATE; returns the position after it."""
        rules = self._rules
        rows = rules.rows(answer, self._names)
        unsent = rules.unsent(rows, position)
        rules.learn_size(answer)
        shares = [(member, self._fresh(member, rows, unsent)) for member in self._members]
        shares = [(member, fresh) for member, fresh in shares if member.caught_up]
        yield from self._outlet.page(answer.envelope, shares)
        if self._asks:
            answer.release()  # children wait for slots, and whoever waits must not hold one
        after: Position | None = None
        for member, fresh in shares:
            for records in member.child_batches(map(decode_row, fresh)):
                yield from self._outlet.records(member, records)
            after = after or rules.advance(position, answer, rows, unsent)
            for records in rules.missing(position, after, rows, self._zendesk):
                yield from self._outlet.records(member, records)
            yield from self._checkpoint(member, after)
        after = after or rules.advance(position, answer, rows, unsent)
        if not after.done:
            self._guard.note(position.token, rules.position_text(position), rules.reached(after, answer), rows)
        return after

    def _fresh(self, member: StreamReader, rows: Sequence[Row], unsent: Sequence[Row]) -> Sequence[Row]:
        """The rows that a member has not had. One that stands ahead of the walk joins at its own second."""
        if member.caught_up:
            return unsent
        own = member.position.bookmark
        first = next((index for index, row in enumerate(rows) if (self._rules.time_of(row) or 0) >= own), None)
        member.caught_up = first is not None
        reached = rows[first or 0 :]
        known = member.position.ids
        return [row for row in reached if self._rules.time_of(row) != own or self._rules.key_of(row) not in known]

    def _checkpoint(self, member: StreamReader, after: Position) -> Iterator[AirbyteMessage]:
        at = after.bookmark if member.form else None
        self._zendesk.progress.page(member.name, at, self._zendesk.budget.left(self._buckets))
        state = member.checkpoint(after)
        if state:
            yield state
