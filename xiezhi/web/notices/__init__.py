"""Notices: messages without colour, read and marked as read."""
