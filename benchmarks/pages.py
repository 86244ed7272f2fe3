"""Every main page, feed and JSON with the whole demo county loaded (27 offices, two years): milliseconds.

    python -m benchmarks.pages [--times 30]

One server process on this machine, asked over HTTP, one request after the other. "first": the first request for the
page in a new process, in the order of the table (templates are compiled and published rosters read then); "median" of
the requests after it. Peer: /healthz of the same server, which does nothing: what is left is the page's own work.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import requests

from benchmarks._report import middle, print_table, print_title
from benchmarks._workspace import Workspace, workspace
from tests.referee.facts import rows_of

BUDGET = 100.0  # milliseconds at the server
EXPLAINED = 300.0  # milliseconds for the explanation of a duty
STARTS = 3
PEER = "/healthz"


@dataclass
class Page:
    """One address, what it is called in the table, and what was measured (milliseconds)."""

    name: str
    path: str
    again: bool = False  # asked with the validators of the first answer: 304
    first: list[float] = field(default_factory=list)
    later: list[float] = field(default_factory=list)
    size: int = 0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages")
    parser.add_argument("--times", type=int, default=30)
    times = parser.parse_args().times
    with workspace() as place:
        place.load_directory()
        for year in (2026, 2027):
            place.run(*place.build_command(year, "--all", "--publish"))
        draft_id = build_draft(place)
        print_title("Pages with the whole demo county loaded", place.database)
        pages: list[Page] = []
        person = requests.Session()
        person.trust_env = False
        for start in range(STARTS):
            with place.served() as port:
                site = f"http://127.0.0.1:{port}"
                if not start:
                    sign_in(person, site, place)
                    pages = list(all_pages(place, draft_id, make_link(person, site)))
                measure(person, site, pages, times if start == STARTS - 1 else 0)
                if start == STARTS - 1:
                    explained = explain(person, site, place, draft_id)
    show(pages, times)
    show_explanations(explained)


def build_draft(place: Workspace) -> int:
    """A draft of the county's next year, to be looked at in the grid."""
    place.run(*place.build_command(2027, "--office", "county", "--time-limit", "5"))
    return int(str(rows_of(place.database_url, "SELECT max(id) AS id FROM drafts")[0]["id"]))


def explain(person: requests.Session, site: str, place: Workspace, draft_id: int) -> list[float]:
    """Milliseconds to explain duties of the county's year, one in each week: why this leader, and all others' costs."""
    rows = rows_of(
        place.database_url, f"SELECT seat_key FROM draft_duties WHERE draft_id = {draft_id} ORDER BY on_date"
    )
    taken = []
    for row in rows[:: max(1, len(rows) // 52)]:
        began = time.perf_counter()
        address = f"{site}/offices/county/drafts/{draft_id}/seat"
        answer = person.get(address, params={"key": str(row["seat_key"]), "part": "1"})
        answer.raise_for_status()
        taken.append(1000 * (time.perf_counter() - began))
    return taken


def show_explanations(taken: list[float]) -> None:
    """One line: every explanation is to be there within 300 ms."""
    worst = max(taken)
    verdict = "within" if worst <= EXPLAINED else "OVER"
    print(
        f"\nExplain a duty of the county's year ({len(taken)} of them, with every other leader): median {middle(taken):.0f} ms, "
        f"worst {worst:.0f} ms; {verdict} the {EXPLAINED:.0f} ms asked for."
    )


def all_pages(place: Workspace, draft_id: int, feed: str) -> Iterator[Page]:
    """The pages in the order in which they are asked for."""
    leader = rows_of(place.database_url, "SELECT min(leader_id) AS id FROM duties WHERE office_id = 2")[0][
        "id"
    ]
    rule = rows_of(place.database_url, "SELECT min(id) AS id FROM roster_rules WHERE office_id = 2")[0]["id"]
    yield Page("peer: healthz", PEER)
    yield Page("all offices, who receives today", "/")
    yield Page("public page of an office", "/o/county")
    yield Page("the same, another week", "/o/county?day=2026-07-08")
    yield Page("the same, a township", "/o/town-01")
    yield Page("a year to print", "/o/county/year/2026")
    yield Page("a leader's next sessions", f"/o/county/leaders/{leader}")
    yield Page("calendar feed", "/o/county/calendar.ics")
    yield Page("calendar feed, unchanged (304)", "/o/county/calendar.ics", again=True)
    yield Page("a leader's secret feed", feed)
    yield Page("a leader's secret feed, 304", feed, again=True)
    yield Page("schedule.json, everything", "/o/county/schedule.json")
    yield Page("schedule.json, a month", "/o/county/schedule.json?from=2026-07-01&to=2026-07-31")
    yield Page("lobby screen", "/screen/county")
    yield Page("lobby screen, state", "/screen/county/state.json")
    for name, path in staff_pages(draft_id, int(str(leader)), int(str(rule))):
        yield Page(name, f"/offices/county/{path}")
    yield Page("offices of staff", "/offices")
    yield Page("people", "/people")
    yield Page("audit trail", "/audit")


def staff_pages(draft_id: int, leader: int, rule: int) -> list[tuple[str, str]]:
    """Pages of an office behind the sign-in."""
    return [
        ("staff: office", ""),
        ("staff: leaders", "leaders"),
        ("staff: a leader", f"leaders/{leader}"),
        ("staff: departments", "departments"),
        ("staff: working calendar", "calendar"),
        ("staff: rules", "rules"),
        ("staff: a rule, with its dates", f"rules/{rule}"),
        ("staff: leave and wishes", "absences"),
        ("staff: drafts", "drafts"),
        ("staff: draft grid", f"drafts/{draft_id}"),
        ("staff: before publishing", f"drafts/{draft_id}/publish"),
        ("staff: revisions", "revisions"),
        ("staff: a revision", "revisions/1"),
        ("staff: a revision as Excel", "revisions/1.xlsx"),
        ("staff: two revisions compared", "revisions/compare?a=1&b=2"),
        ("staff: carry-over ledger", "ledger?year=2026"),
        ("staff: calendar links", "links"),
    ]


def sign_in(person: requests.Session, site: str, place: Workspace) -> None:
    """As the demo's administrator."""
    password = json.loads((place.folder / "demo-sign-ins.json").read_text(encoding="utf-8"))["admin"]
    post(person, site + "/sign-in", {"username": "admin", "password": password})


def make_link(person: requests.Session, site: str) -> str:
    """The secret feed of the first leader that can be chosen; its path."""
    form = person.get(site + "/offices/county/links").text
    leader = re.search(r'<select[^>]*name="whom".*?<option[^>]*value="(leader:\d+)"', form, re.DOTALL)
    made = post(person, site + "/offices/county/links", {"whom": leader[1] if leader else "", "name": "b"})
    secret = re.search(r"/calendar/[\w-]+\.ics", made)
    if secret is None:
        raise RuntimeError("no calendar link was made")
    return secret[0]


def post(person: requests.Session, address: str, values: dict[str, str]) -> str:
    """Send a form with its token; the page that comes back."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', person.get(address).text)
    answer = person.post(address, data=values | {"csrf_token": token[1] if token else ""})
    answer.raise_for_status()
    return answer.text


def measure(person: requests.Session, site: str, pages: list[Page], times: int) -> None:
    """Ask for every page once, then `times` times each."""
    tags: dict[str, str] = {}
    for page in pages:
        page.first.append(ask(person, site, page, tags))
    for page in pages:
        page.later += [ask(person, site, page, tags) for _ in range(times)]


def ask(person: requests.Session, site: str, page: Page, tags: dict[str, str]) -> float:
    """Milliseconds of one request. RuntimeError unless it is answered with 200 (or 304 where that is asked)."""
    headers = {"If-None-Match": tags[page.path]} if page.again else {}
    began = time.perf_counter()
    answer = person.get(site + page.path, headers=headers, allow_redirects=False)
    took = 1000 * (time.perf_counter() - began)
    if answer.status_code != (304 if page.again else 200):
        raise RuntimeError(f"{page.path} answered {answer.status_code}")
    tags.setdefault(page.path, answer.headers.get("ETag", ""))
    page.size = len(answer.content)
    return took


def show(pages: list[Page], times: int) -> None:
    """The table, slowest noted at the end."""
    peer = middle(pages[0].later)
    print_table(
        ["page", "bytes", "first ms", f"median of {times}", "ratio to peer", f"under {BUDGET:.0f} ms"],
        [
            [
                page.name,
                page.size,
                middle(page.first),
                middle(page.later),
                middle(page.later) / peer,
                kept(page),
            ]
            for page in pages
        ],
    )
    slowest = max(pages, key=lambda page: middle(page.later))
    print(f"\nslowest: {slowest.name}, {middle(slowest.later):.1f} ms; budget {BUDGET:.0f} ms")


def kept(page: Page) -> str:
    """Whether the budget is kept, also by the first request."""
    if middle(page.later) > BUDGET:
        return "NO"
    return "yes" if middle(page.first) <= BUDGET else "not the first"


if __name__ == "__main__":
    main()
