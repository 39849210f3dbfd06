"""Access: accounts, roles, and the one question who may do what."""
