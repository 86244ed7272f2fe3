"""Keys of other systems: made once, shown once, with scopes, revocable. Only their hash is stored."""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import g, request
from sqlalchemy import select, update

from app.accounts import audit
from app.core import clock
from app.core.database import db, transaction
from app.core.errors import NotFound, RotaError
from app.core.ids import hash_token, new_token
from app.core.text import Text
from app.directory.models import Office
from app.directory.queries import get_office, office_path
from app.feeds import limits
from app.feeds.models import ApiToken
from app.feeds.subscriptions import client_name

SCOPES = {
    "leaders.read": Text(
        "读取在任领导的职务、分管领域和联系乡镇", "Read leaders in office with posts, portfolios, townships"
    ),
    "visits.counts": Text(
        "读取各场次的来访批数和人次（不含个人信息）", "Read how many visits each session has (nobody's data)"
    ),
    "bulletin.read": Text(
        "读取每月通报的各项数字（不含个人信息）", "Read the figures of the bulletin (nobody's data)"
    ),
}
NOTED_EVERY = dt.timedelta(minutes=10)
PREFIX = "rota_"  # so that scanners for leaked secrets know one when they see it


class Unauthorised(RotaError):
    """No key, a wrong one, or one that does not work any more."""

    status = 401

    def __init__(self) -> None:
        super().__init__(
            "请在 Authorization 请求头中提供有效的密钥：Bearer rota_…。",
            "Send a key that works in the Authorization header: Bearer rota_…",
        )


class OutOfScope(RotaError):
    """The key is good, but not for this."""

    status = 403


class TooOften(RotaError):
    """Above the limit."""

    status = 429

    def __init__(self) -> None:
        super().__init__("请求过于频繁，请一分钟后再试。", "Too many requests. Try again in a minute.")


def make_token(
    office: Office, name: str, scopes: Sequence[str], expires_on: dt.date | None
) -> tuple[ApiToken, str]:
    """A key for the office and those below it, and its secret, which is stored nowhere."""
    secret = PREFIX + new_token()
    row = ApiToken(
        office_id=office.id,
        name=name,
        token_hash=hash_token(secret),
        scopes=sorted(set(scopes) & SCOPES.keys()),
        created_at=clock.now(),
        created_by=audit.actor_name(),
        expires_on=expires_on,
    )
    db.session.add(row)
    db.session.flush()
    audit.record("token.make", f"token:{row.id}", office.id, after={"name": name, "scopes": row.scopes})
    return row, secret


def revoke_token(office: Office, token_id: int) -> ApiToken:
    """Stop a key at once. Raises NotFound, also when it is revoked already."""
    row = db.session.get(ApiToken, token_id)
    done = None
    if row is not None and row.office_id == office.id:
        done = db.session.execute(
            update(ApiToken)
            .where(ApiToken.id == token_id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=clock.now())
        )
    if row is None or done is None or not done.rowcount:  # type: ignore[attr-defined]
        raise NotFound("没有这个密钥，或已经停用。", "There is no such key, or it is revoked already.")
    audit.record("token.revoke", f"token:{row.id}", office.id, before={"name": row.name})
    return row


def live_tokens(office: Office) -> Sequence[ApiToken]:
    """The keys of the office that are not revoked."""
    return db.session.scalars(
        select(ApiToken)
        .where(ApiToken.office_id == office.id, ApiToken.revoked_at.is_(None))
        .order_by(ApiToken.id)
    ).all()


def token_required(scope: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Only with a key of this scope for the office of the address, or one above it; the view receives `office`."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            token = _find_token()
            if scope not in token.scopes:
                raise OutOfScope(f"此密钥没有“{scope}”权限。", f'This key does not have the scope "{scope}".')
            office = get_office(kwargs.pop("office_code"))
            if token.office_id not in office_path(office):
                raise OutOfScope("此密钥不能用于该单位。", "This key is not for that office.")
            return view(*args, office=office, **kwargs)

        guarded.access = "token"  # type: ignore[attr-defined]
        return guarded

    return decorate


def _find_token() -> ApiToken:
    g.no_cookies = True
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    token = None
    if scheme.lower() == "bearer" and secret:
        token = db.session.scalar(
            select(ApiToken).where(
                ApiToken.token_hash == hash_token(secret.strip()), ApiToken.revoked_at.is_(None)
            )
        )
    if token is None or (token.expires_on is not None and clock.today() > token.expires_on):
        if not limits.allow("wrong token", request.remote_addr or ""):
            raise TooOften
        raise Unauthorised
    if not limits.allow("api", str(token.id)):
        raise TooOften
    _note(token)
    return token


def _note(token: ApiToken) -> None:
    now, client = clock.now(), client_name(request.headers.get("User-Agent", ""))
    if token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY:
        return
    with transaction():
        db.session.execute(
            update(ApiToken).where(ApiToken.id == token.id).values(last_used_at=now, last_client=client)
        )
