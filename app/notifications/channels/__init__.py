"""The ways out: mail, text messages, chat bots, and files for a trial. Each hands one message over, or says why not."""
