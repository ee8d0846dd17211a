"""Whether a sync told the truth about itself: whole, or stopped with a message; never COMPLETE with rows missing."""

from collections.abc import Iterator, Mapping
from typing import Any

from integration_tests.command_output import CommandOutput, Json
from integration_tests.row_comparison import Key
from integration_tests.upsert_destination import UpsertDestination

AccountRows = Mapping[str, Mapping[Key, Json]]
FAILURES = {"transient_error", "config_error"}
CURSORS = ("updated_at", "generated_timestamp", "created_at", "timestamp", "time", "update_timestamp")


def wrongs(output: CommandOutput, arrived: UpsertDestination, truth: AccountRows) -> list[str]:
    """What a sync under fire did that it must not do; empty if nothing."""
    complete = {name for name, reported in output.statuses.items() if reported[-1] == "COMPLETE"}
    stopped = {name for name, reported in output.statuses.items() if reported[-1] != "COMPLETE"}
    found = [f"stderr: {output.stderr[-2000:]}"] if output.stderr else []
    if output.exit_code != (1 if stopped else 0):
        found.append(f"exit code {output.exit_code} with {len(stopped)} streams not read completely")
    found += [f"{name} never ended" for name in truth.keys() - output.statuses.keys()]
    found += [reported for name in sorted(stopped) for reported in _unexplained(name, output)]
    missing = lacking(arrived, truth)
    return found + [f"{name} is COMPLETE but {_few(missing[name])}" for name in sorted(complete & missing.keys())]


def lacking(arrived: UpsertDestination, truth: AccountRows) -> dict[str, dict[Key, str]]:
    """What differs from the truth, apart from odd rows of a fault and rows that were skipped according to the log."""
    compared = {
        name: {key: how for key, how in wrong.items() if not _odd(arrived.rows.get(name, {}).get(key), how)}
        for name, wrong in arrived.lacking(truth).items()
    }
    skipped = {
        name: _skipped(truth.get(name, {}), compared.get(name, {}), count) for name, count in arrived.skipped.items()
    }
    gone = {part for keys in skipped.values() for key in keys for part in key}
    gone |= {key for key, comment in _comments(truth) if _below(comment, gone)}
    rest = {
        name: {
            key: how
            for key, how in wrong.items()
            if key not in skipped.get(name, ()) and not _below(truth[name][key], gone)
        }
        for name, wrong in compared.items()
    }
    return {name: wrong for name, wrong in rest.items() if wrong}


def _below(row: Json, gone: set[Any]) -> bool:
    """Whether a row belongs to a skipped one; its votes cannot be requested."""
    return any(isinstance(value, int | str) and value in gone for value in row.values())


def _skipped(rows: Mapping[Key, Json], missing: Mapping[Key, str], count: int) -> list[Key]:
    """As many missing rows as were skipped; of votes those of as many comments, because a skipped row may be one."""
    about = {key: rows[key].get("item_id", key) if key in rows else key for key in missing}
    skipped = list(dict.fromkeys(about.values()))[:count]
    return [key for key in missing if about[key] in skipped]


def _comments(truth: AccountRows) -> Iterator[tuple[Any, Json]]:
    """Comments of articles and posts, whose votes are two steps below their article or post."""
    for name in ("article_comments", "post_comments"):
        yield from ((key, row) for (key,), row in truth.get(name, {}).items())


def _unexplained(stream: str, output: CommandOutput) -> Iterator[str]:
    errors = output.errors_of(stream)
    if not errors:
        yield f"{stream} stopped without a message"
    for error in errors:
        if error["failure_type"] not in FAILURES or stream not in error["message"] or len(error["message"]) > 1000:
            yield f"{stream} stopped with {error['failure_type']}: {error['message'][:300]}"


def _odd(row: Json | None, how: str) -> bool:
    """Whether a row differs only by what a fault puts into rows: a null cursor, an unknown field, half an emoji."""
    if row is None:
        return False
    fields = set(how.split(", "))
    reported = {name for name in fields if "\ufffd" in str(row.get(name))}
    nulls = {name for name in fields if name in CURSORS and row.get(name) is None}
    no_key = {"id"} - row.keys()  # an id that is no key may be missing, as any other field
    return fields <= reported | nulls | no_key | {"never_heard_of", "note"}


def _few(wrong: Mapping[Key, str]) -> str:
    return f"{len(wrong)} rows differ: {dict(list(wrong.items())[:3])}"
