"""Packs: what a field's folder holds, loaded and checked."""
