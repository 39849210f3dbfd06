"""The overview: what needs me today, what is open, how it goes; and the menu as a page."""
