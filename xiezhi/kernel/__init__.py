"""The kernel: the permanent tables and what may be done to them, in rooms that know only lower ones."""
