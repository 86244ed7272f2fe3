"""Follow-through: what the leader decided, until the written reply, and the monthly bulletin."""
