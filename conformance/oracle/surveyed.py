"""Survey metrics of a programme: answers and turnout, row by row."""

from fractions import Fraction as F

import stats
import survey
from calendar_ import micros
from programme import PEOPLE, Missing, defined, holds, ratio

METRICS = (
    "enps promoter_share_of_employees satisfaction satisfaction_top_box favourability "
    "response_rate completion_rate"
).split()
USUAL = {"enps": (0, 10), "satisfaction": (1, 5), "agreement": (1, 5)}


class Surveys:
    """The surveys of a `Programme`."""

    def __init__(self, programme):
        self.programme, self.rows = programme, programme.rows
        self.questions = {question["id"]: question for question in self.rows["questions"]}

    def values(self, row, at, question, dimension):
        """None where the dimension is none of a response's."""
        if dimension == "wave":
            return [row.get("wave")]
        if dimension == "question":
            return question and [question]
        if dimension == "advocate" or dimension not in PEOPLE:
            return None
        if dimension in row:
            return [row[dimension]]
        who = row.get("respondent")
        if who in self.programme.advocates:
            return self.programme.person(who, dimension, at)
        return [None]

    def meets(self, row, at, question, cell):
        for condition in cell.conditions():
            values = self.values(row, at, question, condition[0])
            if values is not None and not holds(condition, values):
                return False
        return True

    def _superseded(self, row, at):
        """A later answer of the same person, question and wave takes its place."""
        same = lambda other: all(
            other.get(name) == row.get(name) for name in ("respondent", "question", "wave")
        )
        return (
            "respondent" in row
            and "score" in row
            and any(
                same(other) and "score" in other and at < micros(other["answered_at"]) <= self.programme.as_of
                for other in self.rows["responses"]
            )
        )

    def answered(self, cell):
        """The answers of a cell that count: the row, when, and the question."""
        end = self.programme.known_end(cell)
        for row in self.rows["responses"]:
            at, question = micros(row["answered_at"]), row.get("question", "enps")
            if cell.start <= at < end and "score" in row:
                if self.meets(row, at, question, cell) and not self._superseded(row, at):
                    yield row, at, question

    def given(self, kind, d, cell):
        """The answers that count, and how many rows are blank."""
        end, rows = self.programme.known_end(cell), []
        for row in self.rows["responses"]:
            at, question = micros(row["answered_at"]), row.get("question", "enps")
            asked = self.questions.get(question, {"kind": "enps"})
            if cell.start <= at < end and asked["kind"] == kind:
                if self.meets(row, at, question, cell) and not self._superseded(row, at):
                    rows.append((row, at, asked))
        blank = sum("score" not in row for row, _, _ in rows)
        equal = d.get("survey_weights") == "equal"
        return [
            (F(row["score"]), F(1) if equal else F(repr(row.get("weight", 1))), asked)
            for row, _, asked in rows
            if "score" in row
        ], blank

    def enps(self, d, cell):
        given, blank = self.given("enps", d, cell)
        weight = lambda keep: sum((w for score, w, _ in given if keep(score)), F(0))
        net = weight(lambda s: s >= 9) - weight(lambda s: s < 7)
        made = {}
        if all(w == 1 for _, w, _ in given):
            counts = [sum(keep(s) for s, _, _ in given) for keep in (
                lambda s: s >= 9, lambda s: 7 <= s < 9, lambda s: s < 7)]
            method = d.get("enps_method", "adjusted_wald")
            made["interval"] = survey.enps_interval(*counts, method, d["confidence"])
        return ratio(100 * net, weight(lambda s: True), (len(given), len(given) + blank), **made)

    def promoter_share_of_employees(self, d, cell):
        promoters = sum(score >= 9 for score, _, _ in self.given("enps", d, cell)[0])
        size = self.programme.crowd("employees", d, cell)[1]
        if size is None:
            raise Missing
        return ratio(promoters, size)

    def satisfaction(self, d, cell):
        given, blank = self.given("satisfaction", d, cell)
        coverage = len(given), len(given) + blank
        total = sum((w for _, w, _ in given), F(0))
        return ratio(sum((s * w for s, w, _ in given), F(0)), total, coverage)

    def _top(self, kind, d, cell):
        given, blank = self.given(kind, d, cell)
        point = lambda asked: asked.get("favourable_from", asked.get("max", 5) - 1)
        top = sum((w for s, w, asked in given if s >= point(asked)), F(0))
        made = {}
        if all(w == 1 for _, w, _ in given):
            made["interval"] = stats.wilson(int(top), len(given), d["confidence"])
        total = sum((w for _, w, _ in given), F(0))
        return ratio(top, total, (len(given), len(given) + blank), **made)

    def satisfaction_top_box(self, d, cell):
        return self._top("satisfaction", d, cell)

    def favourability(self, d, cell):
        return self._top("agreement", d, cell)

    def _turnout(self, d, cell, below):
        end, rows = self.programme.known_end(cell), []
        for row in self.rows["turnout"]:
            at = micros(row["asked_at"])
            if cell.start <= at < end and self.meets(row, at, None, cell):
                rows.append(row)
        known = [row for row in rows if "completes" in row and below in row]
        if rows and not known:
            raise Missing
        y, x = sum(row["completes"] for row in known), sum(row[below] for row in known)
        made = {"interval": stats.wilson(y, x, d["confidence"]) if y <= x else None}
        return ratio(y, x, (len(known), len(rows)), **made)

    def response_rate(self, d, cell):
        return self._turnout(d, cell, "eligible")

    def completion_rate(self, d, cell):
        return self._turnout(d, cell, "starts")

    def metric(self, id, d, cell):
        table = "turnout" if id in ("response_rate", "completion_rate") else "responses"
        try:
            if not self.rows[table]:
                raise Missing
            made = getattr(self, id)(d, cell)
        except Missing:
            made = {"state": "missing", "value": None}
        return {"id": id, **made}
