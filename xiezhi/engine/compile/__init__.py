"""Compile: pack SQL to plans, with everything proven about them."""
