"""How often one address may ask, per process. They are wide: no calendar program, reader or player ever meets them."""

from flask import current_app
from limits import RateLimitItem, RateLimitItemPerMinute, storage, strategies

LIMITS: dict[str, RateLimitItem] = {
    "wrong calendar": RateLimitItemPerMinute(30),  # guesses of a secret; a right one is never counted
    "api": RateLimitItemPerMinute(600),  # of one token
    "api without a token": RateLimitItemPerMinute(300),  # of one address
    "wrong token": RateLimitItemPerMinute(30),
    "static site": RateLimitItemPerMinute(6),  # a whole archive is made
}


def allow(name: str, who: str) -> bool:
    """Count one request of `who` under the limit of that name; False when it is above."""
    limiter = current_app.extensions.get("feed limits")
    if limiter is None:
        limiter = strategies.MovingWindowRateLimiter(storage.MemoryStorage())
        current_app.extensions["feed limits"] = limiter
    return bool(limiter.hit(LIMITS[name], name, who))
