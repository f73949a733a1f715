"""The application: commands and queries in the words of the domain."""
