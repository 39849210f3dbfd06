"""Calendars: working days of a country, and the four ways of counting."""
