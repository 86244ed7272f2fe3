"""The length of text messages, at its boundaries (3GPP TS 23.038)."""

import pytest

from app.notifications.sms import Length, length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Length("GSM-7", 0, 1, 160)),
        ("a" * 160, Length("GSM-7", 160, 1, 0)),
        ("a" * 161, Length("GSM-7", 161, 2, 145)),
        ("a" * 306, Length("GSM-7", 306, 2, 0)),
        ("a" * 307, Length("GSM-7", 307, 3, 152)),
        ("€" * 80, Length("GSM-7", 160, 1, 0)),
        ("a" * 159 + "€", Length("GSM-7", 161, 2, 145)),
        ("a" * 152 + "€" + "a" * 10, Length("GSM-7", 164, 2, 141)),  # the pair is not cut: it begins part two
        ("接" * 70, Length("UCS-2", 70, 1, 0)),
        ("接" * 71, Length("UCS-2", 71, 2, 63)),
        ("接" * 134, Length("UCS-2", 134, 2, 0)),
        ("接" * 135, Length("UCS-2", 135, 3, 66)),
        ("a" * 69 + "接", Length("UCS-2", 70, 1, 0)),
        ("😀" * 35, Length("UCS-2", 70, 1, 0)),
        ("接" * 66 + "😀" + "接" * 3, Length("UCS-2", 71, 2, 62)),
    ],
)
def test_length(text: str, expected: Length) -> None:
    """Right before, at and after each limit; characters of two units are never cut."""
    assert length(text) == expected
