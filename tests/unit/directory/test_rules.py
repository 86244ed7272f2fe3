"""Pure decisions of the directory: dated facts, changes from a day on, masks, names in Latin letters."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.directory.import_rules import posts_of, role_of_post
from app.directory.pinyin import matches_pinyin, sort_key
from app.directory.rules import change_from, facts_on, holds, mask_email, mask_phone, township_of

TODAY = dt.date(2026, 3, 2)


@dataclass(eq=False)
class Fact:
    """A dated fact."""

    value: str
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    position: int = 0
    kind: str = "sector"


@dataclass
class Person:
    """A leader with facts."""

    facets: list[Fact] = field(default_factory=list)


def day(number: int) -> dt.date:
    """A day near today: 0 is today."""
    return TODAY + dt.timedelta(days=number)


def apply(facts: list[Fact], wanted: list[str], at: dt.date) -> list[Fact]:
    """The facts after a change."""
    change = change_from(facts, wanted, at, TODAY)
    for update in change.update:
        update.fact.first_day, update.fact.last_day = update.first_day, update.last_day
        update.fact.position = update.position
    kept = [fact for fact in facts if fact not in change.remove]
    return kept + [Fact(new.value, new.first_day, new.last_day, new.position) for new in change.add]


def values(facts: list[Fact], at: dt.date) -> tuple[str, ...]:
    """The sectors on a day."""
    return facts_on(Person(facts), at).sectors


optional_day = st.none() | st.integers(-20, 20).map(day)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    """Any fact with days in order."""
    first, last = draw(optional_day), draw(optional_day)
    if first and last and last < first:
        first, last = last, first
    return Fact(draw(st.sampled_from("甲乙丙")), first, last, draw(st.integers(0, 3)))


@given(
    st.lists(facts(), max_size=6),
    st.lists(st.sampled_from("甲乙丙丁"), unique=True, max_size=4),
    st.integers(-15, 15).map(day),
)
def test_a_change_holds_from_its_day_and_leaves_the_days_before(
    before: list[Fact], wanted: list[str], at: dt.date
) -> None:
    earlier = [day(number) for number in range(-25, 25) if day(number) < at]
    old = [set(values(before, date)) for date in earlier]
    after = apply(before, wanted, at)
    assert [set(values(after, date)) for date in earlier] == old
    horizon = max(at, TODAY)
    for date in (at, horizon):
        assert values(after, date) == tuple(wanted)
    assert all(
        fact.first_day is None or fact.last_day is None or fact.first_day <= fact.last_day for fact in after
    )
    again = change_from(after, wanted, at, TODAY)
    assert not (again.update or again.remove or again.add), "the second time nothing changes"


def test_what_is_planned_for_later_stays() -> None:
    planned = [Fact("甲", None, day(10)), Fact("乙", day(11))]
    after = apply(planned, ["丙"], TODAY)
    assert values(after, day(-1)) == ("甲",)
    assert values(after, day(11)) == ("乙", "丙") or values(after, day(11)) == ("丙", "乙")


@pytest.mark.parametrize(
    ("first", "last", "inside"),
    [
        (None, None, True),
        (day(0), day(0), True),
        (day(1), None, False),
        (None, day(-1), False),
        (None, day(0), True),
    ],
)
def test_days_are_inclusive(first: dt.date | None, last: dt.date | None, inside: bool) -> None:
    assert holds(first, last, TODAY) is inside


def test_several_posts_are_joined_in_their_order() -> None:
    person = Person([Fact("县长", position=1, kind="post"), Fact("县委副书记", position=0, kind="post")])
    assert facts_on(person, TODAY).post == "县委副书记、县长"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("曾国藩", "zeng guo fan"), ("单雄信", "shan xiong xin"), ("解放", "xie fang"), ("仇英", "qiu ying"),
        ("区志", "ou zhi"), ("查良", "zha liang"), ("盖天", "ge tian"), ("任小重", "ren xiao zhong"),
        ("尉迟恭", "yu chi gong"), ("欧阳修", "ou yang xiu"), ("万俟卨", "mo qi xie"), ("吕布", "lv bu"),
        ("阿依·买买提", "a yi mai mai ti"), ("Anna Berg", "anna berg"), ("李曾", "li ceng"), ("", ""),
    ],
)  # fmt: skip
def test_names_in_latin_letters(name: str, key: str) -> None:
    assert sort_key(name) == key


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("zeng", True),
        ("zengx", True),
        ("xiaoming", True),
        ("zxm", True),
        ("xm", False),
        ("eng", False),
        ("曾", False),
    ],
)
def test_typed_letters_begin_at_a_syllable(typed: str, found: bool) -> None:
    assert matches_pinyin("zeng xiao ming", typed) is found


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800001234", "138****1234"), ("0371-12345678", "0371-****5678"), ("010-12345678-8001", "010-****8001"),
        ("12345678", "1****8"), ("110", "****"), ("", ""), (None, ""),
    ],
)  # fmt: skip
def test_masked_numbers(number: str | None, masked: str) -> None:
    assert mask_phone(number) == masked


def test_masked_addresses() -> None:
    assert (mask_email("zeng@example.org"), mask_email(None)) == ("z***@example.org", "")


@pytest.mark.parametrize(
    ("name", "township"),
    [
        ("青山镇人民政府", "青山镇"), ("示例县东河乡信访接待室", "东河乡"), ("城关街道办事处", "城关街道"),
        ("示例县信访局", "示例县信访局"), ("白云民族乡", "白云民族乡"),
    ],
)  # fmt: skip
def test_the_township_in_an_offices_name(name: str, township: str) -> None:
    assert township_of(name) == township


@pytest.mark.parametrize(
    ("post", "role"),
    [
        ("县委书记", "lead"), ("县委副书记、县长", "lead"), ("党委副书记、镇长", "lead"), ("常务副县长", "deputy"),
        ("县委常委、政法委书记", "deputy"), ("县委常委、纪委书记", "deputy"), ("县人大常委会主任", "lead"),
        ("县人大常委会副主任", "deputy"), ("县政协主席", "lead"), ("副县长、公安局局长", "deputy"), ("", "deputy"),
    ],
)  # fmt: skip
def test_the_role_a_post_suggests(post: str, role: str) -> None:
    assert role_of_post(post) == role


def test_posts_that_can_be_joined_again() -> None:
    assert posts_of("县委常委、副县长") == ["县委常委", "副县长"]
    assert posts_of("县长、县长") == ["县长、县长"]
    assert posts_of("") == []
