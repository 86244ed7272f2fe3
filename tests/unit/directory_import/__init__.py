"""Tests of the import of leaders from spreadsheets."""
