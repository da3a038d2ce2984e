"""A second reading of a release, from its written labels alone. Shares no code with searches or models."""
