"""Message catalogues, one per feature: `python -m tools.catalogues update|compile|check`.

English is the language of the message ids; the zh_CN catalogue of each feature translates them.
`update` writes new ids (untranslated) into each catalogue and drops those no longer used; `check` exits 1
and names every missing, fuzzy or broken translation.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

APP = Path(__file__).resolve().parent.parent / "app"
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
    "pgettext": ((1, "c"), 2),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")


def features() -> list[Path]:
    """The folders that may hold messages."""
    return sorted(path.parent for path in APP.glob("*/__init__.py"))


def catalogue_path(feature: Path) -> Path:
    """Where a feature's Chinese catalogue lies."""
    return feature / "translations" / "zh_CN" / "LC_MESSAGES" / "messages.po"


def extracted(feature: Path) -> Catalog:
    """Every message id the feature's code and templates use."""
    catalog = Catalog()
    for name, line, message, comments, context in extract_from_dir(feature, METHODS, keywords=KEYWORDS):
        catalog.add(
            message, None, [(f"{feature.name}/{name}", line)], auto_comments=comments, context=context
        )
    return catalog


def stored(feature: Path) -> Catalog:
    """The catalogue as it stands, empty when there is none."""
    path = catalogue_path(feature)
    if not path.exists():
        return Catalog(locale="zh_CN")
    with path.open("rb") as file:
        return read_po(file, locale="zh_CN")


def update() -> None:
    """Bring each catalogue in line with the code; existing translations are kept."""
    for feature in features():
        wanted, current = extracted(feature), stored(feature)
        if not len(wanted):
            continue
        fresh = Catalog(
            locale="zh_CN", project="Reception Rota", charset="utf-8", header_comment="#", fuzzy=False
        )
        for message in wanted:
            if message.id:
                known = current.get(message.id)
                fresh.add(message.id, known.string if known else None)
        path = catalogue_path(feature)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, fresh, width=110, omit_header=False, sort_output=True, no_location=True)
        lines = [
            line
            for line in path.read_text().splitlines()
            if not line.startswith(('"POT-', '"PO-', '"Generated'))
        ]
        path.write_text("\n".join(lines) + "\n")


def compile_all() -> None:
    """Write the binary catalogues the program reads (not kept in git)."""
    for feature in features():
        if catalogue_path(feature).exists():
            with catalogue_path(feature).with_suffix(".mo").open("wb") as file:
                write_mo(file, stored(feature))


def strings(value: object) -> list[str]:
    """A message id or translation as a list: plural messages have several."""
    return [str(part) for part in value] if isinstance(value, list | tuple) else [str(value or "")]


def flaws(message: Message, known: Message | None) -> Iterator[str]:
    """What is wrong with one translation."""
    if known is None or not all(strings(known.string)):
        yield "not translated"
    elif known.fuzzy:
        yield "marked fuzzy"
    else:
        names = set(PLACEHOLDER.findall(" ".join(strings(message.id))))
        if not set(PLACEHOLDER.findall(" ".join(strings(known.string)))) <= names:
            yield "uses a placeholder the English does not have"


def contradictions() -> list[str]:
    """One line for each message id that two features translate differently: at run time only one of them wins."""
    seen: dict[tuple[str, str | None], tuple[str, str]] = {}
    found = []
    for feature in features():
        for message in stored(feature):
            key = (strings(message.id)[0], message.context)
            said = strings(message.string)[0]
            if not key[0] or not said:
                continue
            other, first = seen.setdefault(key, (feature.name, said))
            if first != said:
                found.append(f"{key[0]!r} is {first!r} in {other} and {said!r} in {feature.name}")
    return found


def problems() -> list[str]:
    """One line for each message that is missing, fuzzy or broken in Chinese, contradictory, or not English."""
    found = contradictions()
    for feature in features():
        current = stored(feature)
        for message in extracted(feature):
            if not message.id:
                continue
            for flaw in flaws(message, current.get(message.id)):
                found.append(f"{feature.name}: {strings(message.id)[0]!r} {flaw}")
            if re.search(r"[\u4e00-\u9fff]", " ".join(strings(message.id))):
                found.append(f"{feature.name}: {strings(message.id)[0]!r} is not English")
    return found


def main() -> int:
    """Run the command named on the command line."""
    command = sys.argv[1] if len(sys.argv) == 2 else ""
    if command == "update":
        update()
    elif command == "compile":
        compile_all()
    elif command == "check":
        found = problems()
        print("\n".join(found) or "The Chinese catalogues are complete.")
        return 1 if found else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
