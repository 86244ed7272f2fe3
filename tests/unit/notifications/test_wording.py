"""Placeholders: what is accepted, and the sentence for what is not."""

import pytest

from app.core.text import Text
from app.notifications.wording import fill, problems, to_names

KNOWN = {"leader": Text("领导", "Leader"), "link": Text("链接", "Link")}


@pytest.mark.parametrize(
    "text", ["{leader}{link}", "{领导} {链接}", "｛领导｝｛ 链接 ｝", "{ leader }{link}"]
)
def test_names_in_both_languages_and_full_width_braces_are_understood(text: str) -> None:
    """As a Chinese keyboard makes them."""
    assert problems(text, KNOWN, ["leader", "link"]) == []
    assert fill(text, {"leader": "王", "link": "x"}, KNOWN).replace(" ", "") == "王x"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        (
            "您好{名字}",
            "第 1 行第 3 个字处的 {名字} 不是",
            "Line 1, character 3: this kind of notice has no {名字}",
        ),
        ("一\n二{phone}", "第 2 行第 2 个字", "Line 2, character 2"),
        ("{leader", "没有成对", "has no partner"),
        ("leader}", "第 1 行第 7 个字", "Line 1, character 7"),
        ("{{leader}}", "没有成对", "has no partner"),
        ("{}", "{} 不是", "has no {}"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(text: str, zh: str, en: str) -> None:
    """One sentence in each language."""
    found = problems(text, KNOWN)[0].text
    assert zh in found.zh
    assert en in found.en


def test_a_required_placeholder_that_is_missing_is_named() -> None:
    """By the name the reader knows."""
    found = problems("{leader}", KNOWN, ["link"])
    assert "{链接}" in found[0].text.zh
    assert "{link}" in found[0].text.en


def test_names_are_shown_in_the_language_of_the_reader() -> None:
    """And stored as one."""
    assert to_names("{leader}：{链接}", KNOWN, lambda name: KNOWN[name].zh) == "{领导}：{链接}"
    assert to_names("｛领导｝：{链接}", KNOWN, str) == "{leader}：{link}"
