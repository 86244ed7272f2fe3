"""Word notices: announcement (公告), correction (更正公告) and suspension (暂停接待), from templates an office can replace."""
