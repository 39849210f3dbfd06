"""Tells the access room how bodies are nested and what they are called."""

from xiezhi.kernel.access.scope import tell_names, tell_subtree
from xiezhi.kernel.registry.queries import organisation_words, subtree

tell_subtree(subtree)
tell_names(organisation_words)
