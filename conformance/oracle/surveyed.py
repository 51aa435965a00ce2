"""Survey metrics of a programme: answers and turnout, row by row."""

from decimal import Decimal as D
from fractions import Fraction as F

import stats
import survey
from calendar_ import EVER, micros
from fault import Fault
from programme import PEOPLE, Missing, defined, holds, ratio
from real import real, root, student_quantile

METRICS = (
    "enps net_score promoter_share_of_employees satisfaction satisfaction_top_box favourability "
    "response_rate completion_rate"
).split()
# The kind of question a metric is of.
ASKS = {
    "enps": "enps",
    "net_score": "net_score",
    "promoter_share_of_employees": "enps",
    "satisfaction": "satisfaction",
    "satisfaction_top_box": "satisfaction",
    "favourability": "agreement",
}


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

    def _latest(self, rows, d):
        """Of every person the latest answer to each question; anonymous ones all."""
        kept = {}
        for row, at, asked in rows:
            if "score" in row and "respondent" not in row:
                if d.get("survey_anonymous", "raise") == "raise":
                    raise Fault("missing_value", "respondent", self.rows["responses"].index(row))
            elif "score" in row:
                who = row["respondent"], row.get("question")
                kept[who] = max(kept.get(who, EVER), at)
        last = lambda row, at: at == kept.get((row.get("respondent"), row.get("question")), at)
        return [each for each in rows if "score" not in each[0] or last(*each[:2])]

    def given(self, kind, d, cell):
        """The answers that count (score, weight, question), and how many rows are blank."""
        end, rows = self.programme.known_end(cell), []
        for row in self.rows["responses"]:
            at, question = micros(row["answered_at"]), row.get("question", "enps")
            asked = self.questions.get(question, {"kind": "enps"})
            if cell.start <= at < end and asked["kind"] == kind:
                if self.meets(row, at, question, cell) and not self._superseded(row, at):
                    rows.append((row, at, asked))
        if d.get("survey_answers") == "latest":
            rows = self._latest(rows, d)
        blank = sum("score" not in row for row, _, _ in rows)
        equal = d.get("survey_weights") == "equal"
        return [
            (F(row["score"]), F(1) if equal else F(repr(row.get("weight", 1))), asked)
            for row, _, asked in rows
            if "score" in row
        ], blank

    def _population(self, d, cell, answers):
        """Those who could answer; no population where more did."""
        if d.get("survey_population") != "eligible":
            return None
        known = [row["eligible"] for row in self._asked(cell) if "eligible" in row]
        return sum(known) if known and sum(known) >= answers else None

    def _net(self, kind, d, cell):
        given, blank = self.given(kind, d, cell)
        counts, pairs, own = {"missing": blank}, [], (0, 10, 7, 9)
        for score, weight, asked in given:
            if "passive_from" in asked:
                own = asked["min"], asked["max"], asked["passive_from"], asked["promoter_from"]
            group = "detractors" if score < own[2] else "passives" if score < own[3] else "promoters"
            pairs.append((group, weight))
        for group in survey.GROUPS:
            counts[group] = sum(of == group for of, _ in pairs)
        weights = pairs if any(weight != 1 for _, weight in pairs) else None
        method = d.get("enps_method", "adjusted_wald")
        population = self._population(d, cell, len(given))
        scale = (*own, kind == "enps")
        return survey._score(counts, scale, method, d["confidence"], population, weights)[0]

    def enps(self, d, cell):
        return self._net("enps", d, cell)["measure"]

    def net_score(self, d, cell):
        return self._net("net_score", d, cell)["measure"]

    def promoter_share_of_employees(self, d, cell):
        promoters = self._net("enps", d, cell)["promoters"]
        size = self.programme.crowd("employees", d, cell)[1]
        if size is None:
            raise Missing
        made = {}
        if size.denominator == 1:
            fits = 0 < size >= promoters
            made["interval"] = stats.wilson(promoters, int(size), d["confidence"]) if fits else None
        return ratio(promoters, size, **made)

    def satisfaction(self, d, cell):
        given, blank = self.given("satisfaction", d, cell)
        coverage = len(given), len(given) + blank
        scales = {asked.get("max", 5) for _, _, asked in given}
        if len(scales) > 1:
            # Of different scales there is no mean.
            return {**defined(None, coverage=coverage), "state": "undefined", "interval": None}
        n, total = len(given), sum((w for _, w, _ in given), F(0))
        made = {"interval": None}
        if total:
            mean = sum((s * w for s, w, _ in given), F(0)) / total
            effective = total * total / sum(w * w for _, w, _ in given)
            population = self._population(d, cell, n)
            half = None
            if population == n:
                half = D(0)
            elif effective > 1:
                factor = 1 if population is None else F(population - n, population - 1)
                spread = sum(w * (s - mean) ** 2 for s, w, _ in given) / total
                t = student_quantile(1 - real(d["confidence"]), effective - 1)
                half = t * root(spread / (effective - 1) * factor)
            if half is not None:
                low, high = max(real(mean) - half, D(1)), min(real(mean) + half, D(max(scales)))
                made["interval"] = stats.interval(low, high, d["confidence"], "student_t")
        return ratio(sum((s * w for s, w, _ in given), F(0)), total, coverage, **made)

    def _top(self, kind, d, cell):
        given, blank = self.given(kind, d, cell)
        point = lambda asked: asked.get("favourable_from", asked.get("max", 5) - 1)
        top = sum((w for s, w, asked in given if s >= point(asked)), F(0))
        n, total = len(given), sum((w for _, w, _ in given), F(0))
        population = self._population(d, cell, n)
        made = {"interval": None}
        if total and population == n:
            made["interval"] = stats.interval(top / total, top / total, d["confidence"], "wilson")
        elif total:
            effective = total * total / sum(w * w for _, w, _ in given)
            factor = F(1) if population is None else F(population - 1, population - n)
            given_up = top / total, effective * factor, d["confidence"]
            made["interval"] = stats.wilson_effective(*given_up)
        return ratio(top, total, (n, n + blank), **made)

    def satisfaction_top_box(self, d, cell):
        return self._top("satisfaction", d, cell)

    def favourability(self, d, cell):
        return self._top("agreement", d, cell)

    def _asked(self, cell):
        """The turnout of a cell."""
        end = self.programme.known_end(cell)
        at = lambda row: micros(row["asked_at"])
        inside = [row for row in self.rows["turnout"] if cell.start <= at(row) < end]
        return [row for row in inside if self.meets(row, at(row), None, cell)]

    def _turnout(self, d, cell, below):
        rows = self._asked(cell)
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
