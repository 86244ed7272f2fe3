"""Write `.env` with fresh secrets when there is none. Secrets are never defaulted in the program."""

import base64
import os
import secrets
from pathlib import Path

PATH = Path(__file__).resolve().parent.parent / ".env"


def main() -> None:
    """Create the file, readable by its owner only; an existing one is left alone."""
    if PATH.exists():
        return
    lines = [
        f"SECRET_KEY={secrets.token_urlsafe(48)}",
        f"PASSWORD_SALT={secrets.token_urlsafe(24)}",
        f"FIELD_KEY=1:{base64.b64encode(os.urandom(32)).decode()}",
    ]
    with os.fdopen(os.open(PATH, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
