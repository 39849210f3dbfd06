"""`python -m xiezhi.cli` is the `xiezhi` command."""

from xiezhi.cli import main

if __name__ == "__main__":
    main()
