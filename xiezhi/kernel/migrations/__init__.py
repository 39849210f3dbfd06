"""One history of migrations for the whole kernel."""
