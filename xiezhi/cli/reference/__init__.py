"""The reference documentation as Markdown, written from what the engine reads: packs, forms of SQL, commands."""
