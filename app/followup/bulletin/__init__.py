"""The bulletin (通报) of a month or any range: figures, by unit and by leader, each with the rows behind it."""
