"""The event store on the eventsourcing library: codec, database, and the one writer."""
