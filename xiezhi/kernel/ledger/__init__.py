"""The ledger: an append-only record of every change of state, written in the transaction of what it records."""
