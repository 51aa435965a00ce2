"""What is wrong with an input: the code, field and row every language gives."""

import math


class Fault(Exception):
    def __init__(self, code, field=None, row=None):
        super().__init__(code, field, row)
        self.code, self.field, self.row = code, field, row

    def json(self):
        return {"code": self.code, "field": self.field, "row": self.row}


def open_unit(x, field):
    if not 0 < x < 1:
        raise Fault("out_of_range", field)


def closed_unit(x, field, row=None):
    if not 0 <= x <= 1:
        raise Fault("out_of_range", field, row)


def positive(x, field):
    if not x > 0:
        raise Fault("out_of_range", field)


def not_negative(x, field):
    if x < 0:
        raise Fault("out_of_range", field)


def within(x, most, field, row=None):
    if x > most:
        raise Fault("out_of_range", field, row)


def same_length(rows, given, field):
    if len(rows) != len(given):
        raise Fault("unequal_lengths", field)
