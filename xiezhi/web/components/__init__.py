"""The parts that pages of packs are made of; each also has a table and an export."""
