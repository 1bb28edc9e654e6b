"""Parts of tools/scaling.py: study.py runs, collect.py reads, model.py fits and predicts, report.py writes tables and plots."""


class Failure(Exception):
    """Something that the user has to put right: one line on stderr and status 2."""
