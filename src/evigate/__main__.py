"""`python -m evigate` is `evigate`."""

from evigate.cli.main import main

if __name__ == "__main__":
    main()
