"""What happened and what may happen: events, states, decisions. Pure: no clock, no ids, no I/O."""
