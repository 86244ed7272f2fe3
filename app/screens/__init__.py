"""Lobby screens."""
