"""Sign-in, roles scoped to offices, permissions, audit trail."""
