"""`python -m chevet` is `chevet`."""

from chevet.cli import main

main(prog_name="chevet")
