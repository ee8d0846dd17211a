"""A simulated Zendesk account: a real HTTP server on loopback that behaves as docs/zendesk-api.md says. Test equipment.

One account follows from a seed, a size and a time (`AccountOptions`); all its data is invented. Run it as a program
(`python -m integration_tests.simulated_account --tickets 500`) or from Python:

    with SimulatedAccount.running(tickets=500, seed=7) as account:
        config = account.config()
        ...
        assert account.counts() == {"/api/v2/incremental/tickets/cursor": 1}

It has two ports. `base_url` is the API: `/api/v2/...` and `POST /oauth/tokens`. `control_url` takes these verbs, as
`POST /<verb>` with a JSON object; `SimulatedAccount` has a method for each, whose docstring says more.

    truth           stream, since?, fields?   the records that a correct sync delivers now
    truth_counts    since?                    their number, for every stream
    change          share, seed               20 minutes pass, in which that share of all rows changes
    update          stream, id, fields        changes a row now, and what changes with it
    add             stream, fields            adds a row now, modelled on the newest one
    delete          stream, id                deletes a row now: with a mark or without a trace, as Zendesk does
    burst           stream, rows, at?         adds rows that share one second
    requests        -                         the log: every call, its query, status, buckets, fault
    counts          -                         calls per endpoint
    forget_requests -                         empties the log
    set_clock       skew?                     moves the account's clock; returns its time
    set_limits      enabled, speed, ...       rate limits (`RateLimits`)
    set_plan        name, gates, refused      what the plan lacks, which parents are refused (`AccountPlan`)
    set_faults      script, rate, seed, ...   what goes wrong (`FaultPlan`, `FaultStep`, `ApiFault`)
    set_behavior    ...                       how this account differs from others (`AccountBehavior`)
    set_responses   script                    literal responses for chosen calls (`ScriptLine`, `ScriptedResponse`)
    set_odd_responses ...                     odd numbers, cursors, end times, bodies and dates (`OddResponses`)
    set_credentials ...                       what is accepted (`AccountCredentials`)

A `set_` verb other than `set_clock` starts from the defaults: what it does not name is reset.

Most of it follows from the manifest. `declared_streams` reads that as plain YAML; `example_rows` makes a stream's rows
of its example in `examples/`, `endpoints.declared` its endpoint, `truth` what a sync must deliver. Tickets and what
belongs to them, users, organizations and custom fields are made by hand (`make_*`, `endpoints.exports`,
`endpoints.lists`).

`server` reads a request. `service` finds its endpoint, draws on the `limits`, applies `faults` and the `account_plan`,
and lets the endpoint page (`paging`, `exports`) through the tables of `account_data`. `row_changes` and `bulk_changes`
alter these tables.
"""

from .client import SimulatedAccount

__all__ = ["SimulatedAccount"]
