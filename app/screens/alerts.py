"""Tell the people who look after an office's screens: one went dark, lags behind, or is back."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import select

from app.accounts.models import RoleGrant, User
from app.accounts.permissions import ROLE_PERMISSIONS
from app.core.database import db
from app.core.events import subscribe
from app.core.text import Text
from app.directory.models import Office
from app.notifications import kinds, outbox
from app.notifications.models import Notice
from app.screens.events import ScreenBack, ScreenDark, ScreenLagging
from app.screens.models import Screen
from app.web import filters

_CONDITIONS = {"screen_dark": "dark", "screen_lagging": "lagging", "screen_back": "fresh"}
_KEEPERS = [role for role, permissions in ROLE_PERMISSIONS.items() if "screens.edit" in permissions]
_PLACEHOLDERS = {
    "office": Text("单位", "Office"),
    "screen": Text("屏幕名称", "Name of the screen"),
    "since": Text("发生时间", "Since when"),
    "link": Text("链接", "Link"),
}


def install() -> None:
    """Register the kinds and listen."""
    for kind in (_DARK, _LAGGING, _BACK):
        kinds.register(kind)
    subscribe(ScreenDark, _tell_dark)
    subscribe(ScreenLagging, _tell_lagging)
    subscribe(ScreenBack, _tell_back)


def _tell_dark(event: ScreenDark) -> None:
    _tell("screen_dark", event.screen_id, event.office_id)


def _tell_lagging(event: ScreenLagging) -> None:
    _tell("screen_lagging", event.screen_id, event.office_id)


def _tell_back(event: ScreenBack) -> None:
    _tell("screen_back", event.screen_id, event.office_id)


def _tell(kind: str, screen_id: int, office_id: int) -> None:
    """One notice a keeper and change: the moment of the change is part of the key."""
    screen = db.session.get_one(Screen, screen_id, populate_existing=True)
    moment = f"{screen.condition_since:%Y%m%dT%H%M%S}"
    for user_id in _keepers(office_id):
        outbox.queue(kind, f"screen:{screen_id}", ("user", user_id), office_id=office_id, lead=moment)


def _keepers(office_id: int | None) -> Sequence[int]:
    """Who sets up the screens of the office; where it has nobody, of the office above."""
    while office_id is not None:
        found = db.session.scalars(
            select(User.id)
            .join(RoleGrant, RoleGrant.user_id == User.id)
            .where(RoleGrant.office_id == office_id, RoleGrant.role.in_(_KEEPERS), User.active)
            .distinct()
            .order_by(User.id)
        ).all()
        if found:
            return found
        office_id = db.session.scalar(select(Office.parent_id).where(Office.id == office_id))
    return ()


def _still_true(notice: Notice) -> bool:
    screen = _screen(notice)
    return (
        screen.revoked_at is None
        and screen.condition == _CONDITIONS[notice.kind]
        and f"{screen.condition_since:%Y%m%dT%H%M%S}" == notice.lead
    )


def _values(notice: Notice) -> dict[str, str]:
    screen, office = _screen(notice), db.session.get_one(Office, notice.office_id)
    since = screen.last_contact_at if notice.kind == "screen_dark" else screen.condition_since
    local = since.astimezone(ZoneInfo(office.timezone)) if since else None
    public: str = current_app.extensions["settings"].public_url
    return {
        "office": filters.named(office),
        "screen": screen.name,
        "since": f"{filters.day(local.date())} {local:%H:%M}" if local else "—",
        "link": f"{public}/offices/{office.code}/screens",
    }


def _screen(notice: Notice) -> Screen:
    return db.session.get_one(Screen, int(notice.subject.partition(":")[2]))


def _kind(name: str, label: Text, subject: Text, body: Text) -> kinds.Kind:
    return kinds.Kind(
        name=name,
        label=label,
        subject=subject,
        body=Text(f"{body.zh}\n{{link}}\n", f"{body.en}\n{{link}}\n"),
        short=body,
        still_true=_still_true,
        values=_values,
        placeholders=_PLACEHOLDERS,
        digest=True,
    )


_DARK = _kind(
    "screen_dark",
    Text("大厅屏幕失去联系", "A lobby screen went dark"),
    Text("大厅屏幕“{screen}”失去联系", "The lobby screen “{screen}” went dark"),
    Text(
        "{office}的大厅屏幕“{screen}”自{since}起没有联系，请查看电源和网络。",
        "Nothing was heard of the lobby screen “{screen}” of {office} since {since}. Please look at its power and network.",
    ),
)
_LAGGING = _kind(
    "screen_lagging",
    Text("大厅屏幕内容未更新", "A lobby screen shows an older revision"),
    Text("大厅屏幕“{screen}”内容未更新", "The lobby screen “{screen}” shows an older revision"),
    Text(
        "{office}的大厅屏幕“{screen}”仍显示旧版日程（{since}发现）。如几分钟后仍未更新，请在列表中重新加载。",
        "The lobby screen “{screen}” of {office} still shows an older revision (noticed {since}). If that lasts, reload it.",
    ),
)
_BACK = _kind(
    "screen_back",
    Text("大厅屏幕恢复正常", "A lobby screen is back"),
    Text("大厅屏幕“{screen}”恢复正常", "The lobby screen “{screen}” is back"),
    Text(
        "{office}的大厅屏幕“{screen}”已恢复正常（{since}）。",
        "The lobby screen “{screen}” of {office} shows what it should again ({since}).",
    ),
)
