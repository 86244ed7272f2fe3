"""Substitution (代班 / 替班): cover and swap of published duties, from the request to the new revision."""
