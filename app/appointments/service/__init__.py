"""All changes to visits. Each verb flushes and never commits: routes, jobs and commands open the transaction."""
