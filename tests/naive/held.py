"""What somebody who was erased holds of a limit or a share. Section 14."""


class Held:
    """One row: what somebody who is gone holds."""

    def __init__(self, kind, name, amount, bucket=None, at=None, count=1):
        self.kind, self.name, self.amount = kind, name, amount
        self.bucket = bucket        # (plain dims, None or (calendar, period))
        self.dims = {}              # the plain ones by name
        self.at, self.count = at, count     # at: where its limit knows places
        self.began = None           # last day of the period in which they began, where it asks
        self.places = None          # what the limit was that counted them
        self.whatever = False       # it says that somebody was there, also with nothing


def past(stretches, at):
    moved = True
    while moved:
        moved = False
        for begin, length in stretches:
            if begin <= at < begin + length:
                at, moved = begin + length, True
    return at
