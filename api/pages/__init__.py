"""The pages: each a route that parses, calls the service, and shows the answer with a template, or as its JSON twin."""
