"""The demo county: invented people, realistic posts, leave and rules; the same every time it is loaded."""
