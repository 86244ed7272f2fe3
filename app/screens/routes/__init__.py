"""The pages: what players ask for, the public window, and what staff set up."""
