"""Which sites may show the snippet. Pure."""

import re

from app.core.errors import RotaError

_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?", re.ASCII)
MOST_SITES = 8


class BadSite(RotaError):
    """An address that is no site."""


def parse_sites(text: str) -> str:
    """Origins separated by blanks or commas, as `frame-ancestors` takes them. Raises BadSite."""
    sites = [part.strip().rstrip("/").lower() for part in re.split(r"[\s,，;；、]+", text) if part.strip()]
    for site in sites:
        if not _ORIGIN.fullmatch(site):
            raise BadSite(
                f"“{site}”不是网站地址，请写成 https://www.example.gov.cn 这样，不带后面的路径。",
                f'"{site}" is not the address of a site. Write it like https://www.example.gov.cn, without a path.',
            )
    if len(sites) > MOST_SITES:
        raise BadSite(f"最多填写 {MOST_SITES} 个网站。", f"At most {MOST_SITES} sites.")
    return " ".join(dict.fromkeys(sites))
