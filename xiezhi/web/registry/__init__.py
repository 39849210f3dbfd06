"""The registry: lists of its kinds, an organisation, import from a workbook, calendars, succession."""
