"""Reading a page strictly: what a browser would silently mend, a screen reader or a style sheet may not."""

from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "circle",
        "line",
        "polyline",
        "polygon",
        "ellipse",
        "use",
        "stop",
        "image",
    ]
)
INTERACTIVE = ("a", "button", "select", "textarea", "label", "summary")
LABELLED = ("input", "select", "textarea")
UNLABELLED_TYPES = ("hidden", "submit", "button", "image", "reset")
NO_PARAGRAPH_INSIDE = frozenset(
    [
        "p",
        "div",
        "ul",
        "ol",
        "dl",
        "table",
        "form",
        "section",
        "header",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "details",
    ]
)
QUIET = ("script", "style", "code", "pre")


@dataclass
class Page:
    """What was found on a page; `problems` says what is wrong in words."""

    lang: str = ""
    ids: Counter[str] = field(default_factory=Counter)
    headings: Counter[str] = field(default_factory=Counter)
    title: str = ""
    texts: list[tuple[str, str]] = field(
        default_factory=list
    )  # (language of the place, visible text or label)
    problems: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.labels: set[str] = set()
        self.wanted: list[tuple[str, str]] = []  # (what for, id)
        self.inputs: list[tuple[str, str]] = []  # (id, how the element reads)

    def complain(self, text: str) -> None:
        self.page.problems.append(f"line {self.getpos()[0]}: {text}")

    def inside(self, *tags: str) -> bool:
        return any(tag in tags for tag, _values in self.open)

    def language(self) -> str:
        langs = [values["lang"] for _tag, values in self.open if values.get("lang")]
        return langs[-1] or "" if langs else ""

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        self._check_attributes(tag, attributes, values)
        self._check_place(tag)
        self._note(tag, values)
        if tag not in VOID:
            self.open.append((tag, values))

    def _check_attributes(
        self, tag: str, attributes: list[tuple[str, str | None]], values: dict[str, str | None]
    ) -> None:
        for name, count in Counter(name for name, _value in attributes).items():
            if count > 1:
                self.complain(f"<{tag}> has {name} twice")
        for name in values:
            if name == "style" or name.startswith("on"):
                self.complain(f"<{tag}> has {name}=…, which the content policy forbids")
        if tag == "script" and not values.get("src") and values.get("type") != "application/json":
            self.complain("a script in the page, which the content policy forbids")
        if tag == "img" and "alt" not in values:
            self.complain("<img> without alt")
        if tag == "form" and values.get("action", "x") == "":
            self.complain("<form> with an empty action")
        if tag == "a" and values.get("target") == "_blank" and "noopener" not in (values.get("rel") or ""):
            self.complain("<a target=_blank> without rel=noopener")

    def _check_place(self, tag: str) -> None:
        if tag in NO_PARAGRAPH_INSIDE and self.open and self.open[-1][0] == "p":
            self.complain(f"<{tag}> inside <p>: the browser ends the paragraph before it")
        if tag == "form" and self.inside("form"):
            self.complain("a form inside a form")
        if tag in ("a", "button") and self.inside("a", "button"):
            self.complain(f"<{tag}> inside a link or button")
        if tag == "li" and self.open and self.open[-1][0] not in ("ul", "ol", "menu"):
            self.complain(f"<li> inside <{self.open[-1][0]}>")
        if tag == "tr" and self.open and self.open[-1][0] not in ("tbody", "thead", "tfoot"):
            self.complain(f"<tr> inside <{self.open[-1][0]}>")
        if tag in ("td", "th") and self.open and self.open[-1][0] != "tr":
            self.complain(f"<{tag}> inside <{self.open[-1][0]}>")

    def _note(self, tag: str, values: dict[str, str | None]) -> None:
        page = self.page
        if tag == "html":
            page.lang = values.get("lang") or ""
        if values.get("id"):
            page.ids[values["id"] or ""] += 1
        if tag in ("h1", "h2", "h3"):
            page.headings[tag] += 1
        if tag == "label" and values.get("for"):
            self.labels.add(values["for"] or "")
            self.wanted.append(("label for", values["for"] or ""))
        for name in ("aria-labelledby", "aria-describedby", "aria-controls", "list", "form"):
            self.wanted += [(name, each) for each in (values.get(name) or "").split()]
        for name in ("aria-label", "title", "alt", "placeholder"):
            if values.get(name):
                page.texts.append((self.language(), values[name] or ""))
        if tag in LABELLED and values.get("type") not in UNLABELLED_TYPES:
            named = values.get("aria-label") or values.get("aria-labelledby") or self.inside("label")
            if not named:
                self.inputs.append((values.get("id") or "", f"<{tag} name={values.get('name')}>"))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1][0] != tag:
            found = self.open[-1][0] if self.open else "nothing"
            self.complain(f"</{tag}> closes, but <{found}> is open")
            if not self.inside(tag):
                return
            while self.open[-1][0] != tag:
                self.open.pop()
        self.open.pop()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split())
        if not text:
            return
        if self.inside("title") and not self.inside("svg"):
            self.page.title += text
        elif not self.inside(*QUIET):
            self.page.texts.append((self.language(), text))

    def finish(self) -> Page:
        page = self.page
        page.problems += [
            f"id {name!r} stands {count} times" for name, count in page.ids.items() if count > 1
        ]
        page.problems += [
            f"{what} {name!r}: there is no such id" for what, name in self.wanted if name not in page.ids
        ]
        page.problems += [f"{words} has no label" for name, words in self.inputs if name not in self.labels]
        if page.headings["h1"] != 1:
            page.problems.append(f"{page.headings['h1']} <h1>")
        if not page.title:
            page.problems.append("no <title>")
        page.problems += [f"<{tag}> is never closed" for tag, _values in self.open]
        return page


def read_page(text: str) -> Page:
    """Read a page of HTML."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    if not text.lstrip().lower().startswith("<!doctype html>"):
        reader.page.problems.append("no <!doctype html>")
    return reader.finish()
