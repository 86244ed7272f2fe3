"""What is published, as plain data: sessions with their seats and their history. The public pages, feeds and
lobby screens render nothing else."""
