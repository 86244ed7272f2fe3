"""Notices: an outbox written with the change, sent once, checked for truth at the moment of sending."""
