"""Pure decisions about visits: no Flask, no SQLAlchemy, no clock."""
