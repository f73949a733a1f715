"""Views made of events: the same pure functions serve live, past and rebuilt views."""
