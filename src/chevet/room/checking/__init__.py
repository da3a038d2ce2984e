"""The automatic checks of the airlock: what a program wants to take out, file by file, judged by its bytes."""
