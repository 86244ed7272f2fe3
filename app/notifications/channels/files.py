"""The channel of a trial: what would have been sent is written into the data folder, readable by the program only."""

import datetime as dt
import json
from pathlib import Path

from app.notifications.channels.base import Message

FOLDER = "outbox"


class Files:
    """One file a message, named by its Message-ID: writing it again replaces it, so repeating is safe."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / FOLDER

    def send(self, message: Message) -> str:
        """Write the message as JSON; the receipt is the file's name."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / file_name(message.message_id)
        content = {
            "to": message.to,
            "subject": message.subject,
            "text": message.text,
            "short": message.short,
            "calendar": message.calendar.decode() if message.calendar else None,
            "at": message.at.isoformat(),
        }
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        fresh.replace(path)
        return path.name

    def close(self) -> None:
        """Nothing is kept open."""


def file_name(message_id: str) -> str:
    """The name of a message's file."""
    return message_id.strip("<>").partition("@")[0] + ".json"


def purge(data_dir: Path, before: dt.datetime) -> int:
    """Delete what was written before; how many files."""
    old = [path for path in (data_dir / FOLDER).glob("*") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def find_written(data_dir: Path, message_id: str) -> dict[str, str | None] | None:
    """What was written for a notice: to, subject, text, short, calendar, at. None when there is nothing."""
    path = data_dir / FOLDER / file_name(message_id)
    if not message_id or not path.is_file():
        return None
    found: dict[str, str | None] = json.loads(path.read_text(encoding="utf-8"))
    return found
