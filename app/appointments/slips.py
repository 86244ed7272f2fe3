"""The QR code of the slip: the reference for the desk, and nothing that opens the visit."""

import segno

from app.appointments.models import Visit


def check_in_code(visit: Visit) -> str:
    """An SVG with the reference alone: what is on paper may be lost, and the reference without the code opens nothing."""
    text: str = segno.make(f"VISIT {visit.reference}", error="m").svg_inline(
        border=4, dark="#000", light="#fff", omitsize=True
    )
    return text
