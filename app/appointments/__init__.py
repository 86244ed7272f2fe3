"""Visits: from the request of a resident to the reception itself."""
