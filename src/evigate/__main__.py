"""`python -m evigate` is the command line, where no script `evigate` is on the path."""

from evigate.cli.main import main

if __name__ == "__main__":
    main()
