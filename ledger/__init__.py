"""The cadre assessment ledger: what happened, what may happen, and what follows from it. Knows no HTTP."""
