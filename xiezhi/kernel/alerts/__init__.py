"""Alerts: findings that a person must answer."""
