"""The pages of a field: its overview, lists of its subjects, one subject. All of them are made of the pack's words."""
