"""What schemathesis is told of this interface (``SCHEMATHESIS_HOOKS``): a bulk is text of lines."""

import schemathesis

schemathesis.serializer.alias("application/x-ndjson", "text/plain")
