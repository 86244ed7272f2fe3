"""A strict reader of calendar files: it knows only the standard, none of our code, and refuses what a strict
program would refuse."""

import re
from dataclasses import dataclass, field

ONE_EACH = ("UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "LAST-MODIFIED", "STATUS", "TRANSP")
NAME = re.compile(r"^[A-Z0-9-]+$")
UTC = re.compile(r"^\d{8}T\d{6}Z$")
STATUSES = {"CONFIRMED", "CANCELLED", "TENTATIVE"}


@dataclass
class Component:
    """A component: its lines as (name, parameters, value), and those inside it."""

    name: str
    lines: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    inside: list["Component"] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """All values of a property."""
        return [value for found, _, value in self.lines if found == name]

    def text(self, name: str) -> str:
        """The one TEXT value of a property, unescaped."""
        (value,) = self.values(name)
        return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)

    def parameters(self, name: str) -> dict[str, str]:
        """The parameters of a property that stands once."""
        (found,) = [p for n, p, _ in self.lines if n == name]
        return found


def read_strictly(body: bytes) -> Component:
    """The subscribed calendar, or an AssertionError that names the flaw."""
    calendar = split_lines(body)
    _check_calendar(calendar)
    return calendar


def split_lines(body: bytes) -> Component:
    """Any calendar object as its lines say, or an AssertionError."""
    assert not body.startswith(b"\xef\xbb\xbf"), "byte order mark"
    assert body.endswith(b"END:VCALENDAR\r\n"), "does not end well"
    assert b"\n" not in body.replace(b"\r\n", b""), "a bare line feed"
    assert b"\r" not in body.replace(b"\r\n", b""), "a bare carriage return"
    for line in body.split(b"\r\n"):
        assert len(line) <= 75, f"{len(line)} octets: {line!r}"
        line.decode()  # each physical line is whole characters
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", body), "a control character"
    root = Component("")
    stack = [root]
    for content in body.decode().replace("\r\n ", "").replace("\r\n\t", "").rstrip("\r\n").split("\r\n"):
        name, parameters, value = _split(content)
        if name == "BEGIN":
            stack.append(Component(value))
            stack[-2].inside.append(stack[-1])
        elif name == "END":
            assert stack.pop().name == value, f"END:{value} closes something else"
        else:
            stack[-1].lines.append((name, parameters, value))
    assert len(stack) == 1, "a component stays open"
    (calendar,) = root.inside
    return calendar


def _split(line: str) -> tuple[str, dict[str, str], str]:
    head = re.match(r'^([A-Za-z0-9-]+)((?:;[A-Za-z0-9-]+=(?:"[^"]*"|[^";:,]*))*):(.*)$', line)
    assert head, f"not a content line: {line!r}"
    found = re.findall(r';([A-Za-z0-9-]+)=("[^"]*"|[^;:]*)', head[2])
    assert NAME.match(head[1]), head[1]
    return head[1], {key: value.strip('"') for key, value in found}, head[3]


def _check_calendar(calendar: Component) -> None:
    assert calendar.name == "VCALENDAR"
    assert calendar.values("VERSION") == ["2.0"]
    assert len(calendar.values("PRODID")) == 1
    assert not calendar.values("METHOD"), "a subscribed calendar has no METHOD"
    zones = [part for part in calendar.inside if part.name == "VTIMEZONE"]
    assert zones, "no VTIMEZONE"
    known = {zone.text("TZID") for zone in zones}
    assert len(known) == len(zones), "a zone twice"
    for zone in zones:
        for rule in zone.inside:
            assert rule.values("DTSTART")[0] >= "1992", "ancient summer time"
    events = [part for part in calendar.inside if part.name == "VEVENT"]
    uids = [uid for event in events for uid in event.values("UID")]
    assert len(set(uids)) == len(uids) == len(events), "two events share a UID"
    for event in events:
        _check_event(event, known)


def _check_event(event: Component, zones: set[str]) -> None:
    for name in ONE_EACH:
        assert len(event.values(name)) == 1, f"{name} stands {len(event.values(name))} times"
    assert event.values("STATUS")[0] in STATUSES, event.values("STATUS")
    for name in ("DTSTAMP", "LAST-MODIFIED", "CREATED"):
        assert all(UTC.match(value) for value in event.values(name)), name
    start, end = event.values("DTSTART")[0], event.values("DTEND")[0]
    assert start < end, f"ends before it starts: {start} {end}"
    for name in ("DTSTART", "DTEND"):
        parameters = event.parameters(name)
        assert parameters == {"VALUE": "DATE"} or parameters.get("TZID") in zones, parameters
    for text in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        for value in event.values(text):
            assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), f"not escaped: {value!r}"
            assert not re.search(r"\\(?![\\;,nN])", value.replace("\\\\", "")), f"wrong escape: {value!r}"
    if event.values("STATUS") == ["CANCELLED"]:
        assert "已取消" in event.text("SUMMARY"), "a cancelled event must say so"
        assert event.values("TRANSP") == ["TRANSPARENT"]
        assert not event.inside, "a cancelled event rings no alarm"
