"""All writes of follow-through; they flush, and never commit."""
