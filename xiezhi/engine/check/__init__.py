"""Check: files in, findings out, without a server. The rooms below, put in order."""
