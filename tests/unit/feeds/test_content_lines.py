"""Escaping and folding, against the standard and against another program's reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event

from app.feeds.content_lines import LIMIT, escape, fold

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=300)


@pytest.mark.parametrize("length", [73, 74, 75, 76, 149, 150, 151])
def test_lines_are_folded_at_75_octets(length: int) -> None:
    folded = fold("x" * length)
    assert max(map(len, folded.split(b"\r\n"))) == min(length, LIMIT)
    assert folded.replace(b"\r\n ", b"") == b"x" * length + b"\r\n"


@given(TEXT)
def test_folding_never_cuts_a_character_or_an_escape(text: str) -> None:
    folded = fold("SUMMARY:" + escape(text))
    for line in folded.split(b"\r\n"):
        assert len(line) <= LIMIT
        content = line.decode()
        assert (len(content) - len(content.rstrip("\\"))) % 2 == 0, "an escape is cut"
    assert folded.replace(b"\r\n ", b"").decode() == "SUMMARY:" + escape(text) + "\r\n"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=200))
def test_another_reader_gets_the_text_back(text: str) -> None:
    event = Event.from_ical(b"BEGIN:VEVENT\r\n" + fold("SUMMARY:" + escape(text)) + b"END:VEVENT\r\n")
    assert str(event["SUMMARY"]) == text


def test_control_characters_and_line_ends_of_windows() -> None:
    assert escape("a\x00b\r\nc\x0bd\re;f,g\\h") == "ab\\ncd\\ne\\;f\\,g\\\\h"
