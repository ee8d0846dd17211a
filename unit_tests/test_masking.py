"""Words from outside: masked, then shortened; whatever a server does to a secret before it quotes it."""

import json
import traceback
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from airbyte_cdk.utils.airbyte_secrets_utils import filter_secrets, update_secrets
from hypothesis import given
from hypothesis import strategies as st

from source_zendesk_support.config.model import parse
from source_zendesk_support.masking import MASK, add_secrets, basic_auth_values, safe_text, stack_frames
from source_zendesk_support.state.legacy_state import invalid_state_error
from source_zendesk_support.unexpected_errors import explain_error

SECRET = "s3cr3tT0kenThatIsSixtyFourCharactersLongAndNobodyMaySeeAnyOfItAA"
ODD = 'pa"ss/w\\örd with & signs+more'
WORST = 7
"""Characters of a secret in a row that may be left: eight are no coincidence."""


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    update_secrets([])


def longest_shared(text: str, secret: str) -> int:
    """How many characters in a row of a secret are in a text."""
    runs = (
        end - start
        for start in range(len(secret))
        for end in range(start, len(secret) + 1)
        if secret[start:end] in text
    )
    return max(runs, default=0)


@pytest.mark.parametrize("before", range(120, 205, 3))
def test_a_secret_at_the_cut_is_not_shown_in_part(before: int) -> None:
    add_secrets([SECRET])
    text = safe_text("x" * before + SECRET + "and what follows")
    assert longest_shared(text, SECRET) <= WORST
    assert len(text) <= 200


@given(start=st.integers(0, 60), size=st.integers(8, 64), around=st.text("xyz ", max_size=30), limit=st.integers(1, 60))
def test_a_secret_that_was_cut_before_is_not_shown(start: int, size: int, around: str, limit: int) -> None:
    add_secrets([SECRET], forget=True)
    text = safe_text(f"{around}{SECRET[start : start + size]}…{around}", limit)
    assert longest_shared(text, SECRET) <= WORST


@pytest.mark.parametrize(
    "written",
    [
        ODD,
        quote(ODD, safe=""),
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        repr(ODD),
        ODD.replace("&", "&amp;").replace('"', "&quot;"),
        f"  {ODD}\n",
    ],
)
def test_a_secret_is_masked_however_it_is_written(written: str) -> None:
    add_secrets([f"{ODD}\n"])
    assert safe_text(f"token {written} end").replace('"', "").replace("'", "").split() == ["token", MASK, "end"]
    assert "signs" not in filter_secrets(written)


def test_a_basic_header_is_masked() -> None:
    add_secrets(basic_auth_values(" jane@acme.example ", SECRET))
    header = b64encode(f"jane@acme.example/token:{SECRET}".encode()).decode()
    assert safe_text(f"Authorization: Basic {header}!") == f"Authorization: Basic {MASK}!"
    assert longest_shared(safe_text(header[:40]), header) <= WORST


def test_the_longer_of_two_secrets_goes_first() -> None:
    add_secrets(["secret-one"])
    add_secrets(["secret-one-and-more"])
    assert safe_text("secret-one-and-more") == MASK


@pytest.mark.parametrize(
    "address", ["jane@acme.example", "Jane.Doe+x@mail.acme.example", "jane%40acme.example", "jané@acme.example", "a@b"]
)
def test_email_addresses_are_masked(address: str) -> None:
    assert safe_text(f"User <{address}> is suspended, '{address}'.") in (
        f"User <{MASK}> is suspended, '{MASK}'.",
        f"User <{MASK}> is suspended, '{MASK}.",
    )


def test_a_short_secret_does_not_garble_the_words_that_tell_errors_apart() -> None:
    add_secrets(["a"])
    assert safe_text("invalid_token") == "invalid_token"
    assert filter_secrets("invalid_token") == f"inv{MASK}lid_token"


def test_a_state_that_is_not_understood_shows_no_part_of_a_secret() -> None:
    add_secrets([SECRET])
    for before in range(100, 200, 7):
        assert longest_shared(str(invalid_state_error("tickets", "x" * before + SECRET)), SECRET) <= WORST


@pytest.mark.parametrize("field", ["start_date", "subdomain"])
def test_a_field_that_holds_a_secret_shows_no_part_of_it(field: str) -> None:
    add_secrets([SECRET])
    for before in range(0, 80, 3):
        config = {"subdomain": "acme", "credentials": {"credentials": "oauth2.0", "access_token": SECRET}}
        with pytest.raises(Exception, match=field) as raised:
            parse(config | {field: "?" * before + f"/ {SECRET}"})
        assert longest_shared(str(raised.value), SECRET) <= WORST


def test_a_fault_of_ours_is_reported_by_type_and_place() -> None:
    try:
        int("jane@acme.example's row")
    except ValueError as error:
        reported = explain_error(error, "tickets")
    assert str(reported).startswith("Stream tickets: An unexpected error occurred: ValueError at test_masking.py:")
    assert "jane" not in f"{reported} {reported.internal_message}"


def test_a_stack_trace_shows_frames_and_types_only() -> None:
    def inner() -> None:
        raise KeyError("jane@acme.example\n  second line\n    File of a row")

    try:
        try:
            inner()
        except KeyError as error:
            raise ValueError("row of jane") from error
    except ValueError as error:
        trace = stack_frames("".join(traceback.TracebackException.from_exception(error).format()))
    lines = trace.splitlines()
    assert "jane@acme.example" not in trace.replace('raise KeyError("jane@acme.example', "")  # the line of code stays
    assert [line for line in lines if not line.startswith(" ")] == [
        "Traceback (most recent call last):",
        "KeyError",
        "The above exception was the direct cause of the following exception:",
        "Traceback (most recent call last):",
        "ValueError",
    ]
    assert [line for line in lines if "test_masking.py" in line] != []
    assert "second line" not in lines


@given(text=st.text())
def test_no_text_of_an_exception_gets_through(text: str) -> None:
    with pytest.raises(KeyError) as raised:
        dict[str, str]()[f"\n{text}"]
    whole = traceback.TracebackException.from_exception(raised.value).format()
    assert stack_frames("".join(whole)).splitlines()[-1] == "KeyError"
