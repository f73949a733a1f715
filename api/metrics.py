"""What the process counts, and one log line a request: route template, never the path, which holds cadre ids."""

import json
import logging
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.service.credentials import Caller

log = logging.getLogger("ledger.http")


@dataclass
class Metrics:
    """Counters of one application, on a registry of their own."""

    registry: CollectorRegistry = field(default_factory=CollectorRegistry)

    def __post_init__(self) -> None:
        labels = ("method", "route", "status")
        self.requests = Counter("ledger_http_requests", "Requests answered", labels, registry=self.registry)
        self.seconds = Histogram(
            "ledger_http_request_seconds", "Time to answer", ("method", "route"), registry=self.registry
        )
        self.position = Gauge("ledger_position", "Events in the ledger", registry=self.registry)


class Measured:
    """Middleware that counts and logs every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            self._record(scope, status, time.perf_counter() - started)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self.metrics.requests.labels(method, route, str(status)).inc()
        self.metrics.seconds.labels(method, route).observe(seconds)
        state = scope.get("state", {})
        caller: Caller | None = state.get("caller")
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "request": state.get("correlation_id"),
            "principal": caller.seen.principal if caller is not None else None,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(1000 * seconds, 1),
        }
        log.info(json.dumps(line, ensure_ascii=False))


_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
