"""A finding told to a person: its clock day by day, the ruler, the derivation, its law and its evidence."""
