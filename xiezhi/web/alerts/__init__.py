"""The pages of alerts: the list, one alert with its road, acts on one and on many."""
