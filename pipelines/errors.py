"""How a command ends: 0 well, 1 a run that failed, 2 bad input with one clear line."""

RUN_FAILED = 1
BAD_INPUT = 2
