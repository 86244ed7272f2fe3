"""What is found in a text before it is made public."""

import pytest

from app.followup.anonymity import find_personal


@pytest.mark.parametrize(
    "words",
    [
        "11010519491231002X",
        "１１０１０５１９４９１２３１００２Ｘ",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "0738-8765432",
        "6222 0200 0000 0000 000",
        "someone@example.org",
        "湘A12345",
        "3号楼",
        "2单元",
    ],
)
def test_numbers_and_addresses(words: str) -> None:
    (found,) = find_personal(f"已联系{words}，问题解决。")
    assert found.words == words


@pytest.mark.parametrize("text", ["信访人张示例反映路灯不亮", "村民：李某，住在镇上"])
def test_a_name_after_a_word_for_a_person(text: str) -> None:
    assert [found.what.en for found in find_personal(text)] == ["what may be a name"]


def test_what_the_office_knows_of_the_people() -> None:
    found = find_personal("王示例的补贴已发放，王示例满意。", ["王示例", "", "1"])
    assert [(piece.at, piece.words) for piece in found] == [(0, "王示例"), (10, "王示例")]


def test_an_ordinary_result_is_clean() -> None:
    text = "经核查，2026年3月已更换路灯12盏，投入资金35000元，督办〔2026〕3号办结。"
    assert find_personal(text, ["王示例", "13800138000"]) == ()


@pytest.mark.parametrize(
    "text", ["联系人王演示，已答复", "姓名：李示例", "张示例先生的补贴已发放。", "患者赵演示因报销"]
)
def test_a_name_nobody_told_us_is_asked_about(text: str) -> None:
    assert [found.what.en for found in find_personal(text)] == ["what may be a name"]


@pytest.mark.parametrize(
    "text",
    [
        "业主委员会已讨论，职工和家属满意。",
        "负责人已到现场。",
        "学生家长均表示满意。",
        "居民的用水问题已解决。",
    ],
)
def test_groups_are_no_names(text: str) -> None:
    assert find_personal(text) == ()
