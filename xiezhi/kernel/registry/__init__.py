"""The registry: the master of divisions, organisations, posts, people, matters, windows and calendars."""
