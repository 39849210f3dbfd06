"""The pure engine: packs, compile, intake, snapshot, run, derivations, calendars. It knows no web framework."""
