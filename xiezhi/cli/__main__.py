"""`python -m xiezhi.cli` is the `xiezhi` command."""

from xiezhi.cli import main

main()
