"""What rules say of themselves."""

from typing import Any

import pytest

from app.roster.rules import Names, parse_rule, sentence

NAMES = Names({1: "王安宁", 2: "李文斌", 3: "张晓岚"}, {1: "第一接访室", 2: "第二接访室"})


@pytest.mark.parametrize(
    ("kind", "spec", "zh", "en"),
    [
        (
            "coverage",
            {"when": {"type": "working_days"}},
            "每个工作日安排 1 位领导全天（08:30–17:30）接访；特别防护期内每天安排。",
            "One leader receives all day (08:30–17:30) every working day; every day in special protection periods.",
        ),
        (
            "coverage",
            {
                "when": {"type": "month_weekdays", "ordinals": [1, -1], "weekdays": [2], "policy": "cancel"},
                "sessions": ["am"],
                "seats": [{"role": "lead"}, {"role": "deputy"}],
            },
            "每月第一个周三、最后一个周三安排 1 位主要领导、1 位副职领导上午（08:30–12:00）接访；"
            "遇休息日取消；调休上班日按当天星期安排。",
            "One principal leader and one deputy leader receive in the morning (08:30–12:00) every first Wednesday "
            "and last Wednesday of the month; when it falls on a rest day, it is cancelled; make-up working days "
            "count as the weekday they are.",
        ),
        (
            "coverage",
            {"when": {"type": "every_day"}, "by_weekday": {"0": {"leaders": [1]}}, "rooms": [1, 2]},
            "每天（含节假日）安排 1 位领导全天（08:30–17:30）接访；周一由王安宁接访；第一接访室、第二接访室同时接访。",
            "One leader receives all day (08:30–17:30) every calendar day, holidays included; 王安宁 on Mondays; "
            "in 第一接访室 and 第二接访室 at once.",
        ),
        (
            "coverage",
            {"when": {"type": "rrule", "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA", "start": "2026-01-03"}},
            "自 2026-01-03 起每 2 周的周六安排 1 位领导全天（08:30–17:30）接访；遇节假日顺延至下一个工作日；"
            "调休上班日按当天星期安排。",
            "One leader receives all day (08:30–17:30) every 2 weeks on Saturday, counted from 2026-01-03; when it "
            "falls on a holiday, it moves to the next working day; make-up working days count as the weekday they are.",
        ),
        (
            "limit",
            {"period": "month", "min": 1, "max": 3, "role": "lead", "needs": 5},
            "每位主要领导每月接访 1 至 3 次；可排席位不足 5 个时不要求。",
            "Every principal leader serves 1 to 3 times a month; not asked where fewer than 5 seats are open to the "
            "leader.",
        ),
        (
            "limit",
            {"period": "week", "max": 2, "leaders": [1, 2]},
            "王安宁、李文斌各每周最多接访 2 次。",
            "Each of 王安宁 and 李文斌 serves at most twice a week.",
        ),
        (
            "spacing",
            {"min_gap": 5, "window_days": 30, "window_k": 2},
            "同一领导两次接访至少相隔 5 天；同一领导任意连续 30 天内最多接访 2 次。",
            "Two duties of one leader are at least 5 days apart; one leader serves at most twice in any 30 days in a "
            "row.",
        ),
        (
            "on_call",
            {"leaders": [3, 1]},
            "不排日程，来访时按顺序联系张晓岚、王安宁。",
            "No sessions are planned; when somebody comes, 张晓岚, 王安宁 are called in this order.",
        ),
        (
            "fairness",
            {"levels": ["1a", "3a"], "carry_over": False},
            "依次追求：次数最大偏差、两次接访的最短间隔；不结转上年差额；在其他单位的接访计入次数和间隔。",
            "In this order: largest difference in count, shortest gap between duties; last year's balance is not "
            "carried over; duties at other offices count, too.",
        ),
        (
            "fairness",
            {"levels": ["1a", "4*2+5"], "elsewhere": False},
            "依次追求：次数最大偏差、（星期分布均匀×2＋满足意愿）；结转上年差额；在其他单位的接访不计入。",
            "In this order: largest difference in count, (2 × even spread over weekdays + wishes met); last year's "
            "balance is carried over; duties at other offices do not count.",
        ),
    ],
)
def test_one_sentence_in_both_languages(kind: str, spec: dict[str, Any], zh: str, en: str) -> None:
    said = sentence(parse_rule(kind, spec), NAMES)
    assert said.zh == zh
    assert said.en == en


@pytest.mark.parametrize(
    ("when", "zh"),
    [
        ({"type": "month_days", "days": [5, -1]}, "每月5日、最后一天"),
        ({"type": "lunar", "days": [1, 15, 23]}, "每逢农历初一、十五、廿三"),
        ({"type": "market", "endings": [0, 5], "lunar": False}, "公历逢十逢五的集日"),
        ({"type": "every_nth", "anchor": "2026-01-03", "interval": 3}, "自 2026-01-03 起每 3 天一次"),
        ({"type": "dates", "dates": ["2026-05-09", "2026-05-01"]}, "2026年5月1日、2026年5月9日"),
        ({"type": "rrule", "rule": "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=15"}, "按重复规则 FREQ=YEARLY"),
    ],
)
def test_days_in_words(when: dict[str, Any], zh: str) -> None:
    assert sentence(parse_rule("coverage", {"when": when})).zh.startswith(zh)
