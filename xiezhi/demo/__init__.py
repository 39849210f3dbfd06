"""An invented city and its permit cases: what can be tried without anybody's data. It knows nothing of the engine."""
