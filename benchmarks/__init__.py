"""Every speed and accuracy claim, one command each: `python -m benchmarks.<name>`; see README.md."""
