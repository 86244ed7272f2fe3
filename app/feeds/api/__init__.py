"""The API for offices' own systems: JSON under /api/v1, described by OpenAPI 3.1, keys with scopes."""
