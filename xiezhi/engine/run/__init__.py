"""Run: compiled SQL in a sandboxed evaluator."""
