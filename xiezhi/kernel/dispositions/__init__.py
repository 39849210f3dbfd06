"""Dispositions: how an alert is answered, and closed by a second person."""
