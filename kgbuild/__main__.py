"""python -m kgbuild: the command line."""

from kgbuild.cli.main import main

main()
