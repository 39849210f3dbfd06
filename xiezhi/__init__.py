"""Xiezhi (獬豸): integrity supervision. Facts become findings that a person can answer."""

__version__ = "0.1.0"
