"""The ledger over HTTP. Knows of the ledger only its service and its types."""
