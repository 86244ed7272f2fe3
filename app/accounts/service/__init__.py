"""All changes to accounts: `people` (accounts and roles) and `sign_in` (tries, second step)."""
