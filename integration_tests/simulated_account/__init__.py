"""A simulated Zendesk account: a real HTTP server on loopback that behaves as docs/zendesk-api.md says. Test equipment.

One account follows from a seed, a size and a moment (`Options`); everything in it is invented. Run it as a program
(`python -m integration_tests.simulated_account --tickets 500`) or from Python:

    with SimulatedAccount.running(tickets=500, seed=7) as account:
        config = account.config()
        ...
        assert account.counts() == {"/api/v2/incremental/tickets/cursor": 1}

It has two ports. `base_url` is the API: `/api/v2/...` and `POST /oauth/tokens`. `control_url` takes these verbs, as
`POST /<verb>` with a JSON object; `SimulatedAccount` has a method for each, whose docstring says more.

    truth           stream, since?, fields?   the records that a right sync delivers now
    truth_counts    since?                    how many those are, for every stream
    change          share, seed               twenty minutes pass in which that share of everything changes
    update          stream, id, fields        changes a row now, and what moves along with it
    add             stream, fields            adds a row now, modelled on the newest one
    delete          stream, id                deletes a row now, with a mark or without a trace, as Zendesk does
    burst           stream, rows, at?         adds rows that share one second
    archive         id                        archives a closed ticket
    restore         id                        restores a deleted ticket
    requests        -                         the log: every call, its query, status, buckets, fault
    counts          -                         calls per endpoint
    forget_requests -                         empties the log
    set_clock       skew?, now?, frozen?      moves, sets, stops the account's clock; gives its time
    set_limits      enabled, speed, ...       rate limits (`Limits`)
    set_plan        name, gates, refused      what the plan lacks, which parents are refused (`Plan`)
    set_faults      script, rate, seed, ...   what goes wrong (`Faults`, `Step`, `Fault`)
    set_quirks      ...                       in what this account differs from others (`Quirks`)
    set_credentials ...                       what is accepted (`Credentials`)

A `set_` verb other than `set_clock` starts from the beginning: what it does not name is as it was at first.

How a call is answered: `server` reads it, `service` finds its `endpoints` entry, draws on the `limits`, asks the
`faults` and the `plans`, and lets the endpoint page (`paging`, `exports`) through the tables of the `account`, which
the `make_*` modules have filled. `changes` and `sweeps` alter them, `truth` reads them out.
"""

from .client import SimulatedAccount

__all__ = ["SimulatedAccount"]
