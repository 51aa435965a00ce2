"""Local days, weeks, months and quarters, one day after the other."""

from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
MICRO = timedelta(microseconds=1)
DAY = 86_400_000_000
EVER, NEVER = -(2**63), 2**63 - 1


def micros(text):
    return (datetime.fromisoformat(text.replace("Z", "+00:00")) - EPOCH) // MICRO


class Calendar:
    def __init__(self, zone, sunday=False):
        self.zone, self.first_weekday = ZoneInfo(zone), 6 if sunday else 0

    def date(self, instant):
        return (EPOCH + instant * MICRO).astimezone(self.zone).date()

    def start(self, day):
        """Midnight, as the instant it is there (none of these zones skips it)."""
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return (local.astimezone(timezone.utc) - EPOCH) // MICRO

    def begins(self, unit, day):
        return {
            "day": True,
            "week": day.weekday() == self.first_weekday,
            "month": day.day == 1,
            "quarter": day.day == 1 and day.month % 3 == 1,
            "year": day.day == 1 and day.month == 1,
        }[unit]

    def unit(self, unit, day):
        """The first day of the unit this day is in, and that of the next."""
        first = day
        while not self.begins(unit, first):
            first -= timedelta(days=1)
        following = first + timedelta(days=1)
        while not self.begins(unit, following):
            following += timedelta(days=1)
        return first, following

    def pieces(self, unit, start, end):
        """Every unit that touches a span: (first day, start, end)."""
        found, day = [], self.unit(unit, self.date(start))[0]
        while self.start(day) < end:
            following = self.unit(unit, day)[1]
            found.append((day, self.start(day), self.start(following)))
            day = following
        return found

    def whole(self, unit, start, end):
        """The units that lie within a span."""
        return [(a, b) for _, a, b in self.pieces(unit, start, end) if start <= a and b <= end]

    def label(self, unit, day):
        if unit == "week":
            if self.first_weekday == 6:
                return day.isoformat()
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        if unit == "year":
            return str(day.year)
        if unit == "month":
            return f"{day.year}-{day.month:02}"
        return f"{day.year}-Q{(day.month + 2) // 3}" if unit == "quarter" else day.isoformat()

    def days(self, text):
        """The first day of `2025`, `2025-Q1`, `2025-02`, `2025-W09`, `2025-02-26` or
        `2025-01-15..2025-04-01`, the day after its last, and the unit it is."""
        if ".." in text:
            return (*(date.fromisoformat(part) for part in text.split("..")), None)
        if "Q" in text:
            year, quarter = text.split("-Q")
            unit, first = "quarter", date(int(year), 3 * int(quarter) - 2, 1)
        elif "W" in text:
            # ISO weeks, wherever those of the query begin.
            first = date.fromisocalendar(*(int(part) for part in text.split("-W")), 1)
            return first, first + 7 * timedelta(days=1), "week"
        else:
            unit = ("year", "month", "day")[text.count("-")]
            first = date.fromisoformat(text + "-01" * (2 - text.count("-")))
        return first, self.unit(unit, first)[1], unit

    def period(self, text):
        first, following, _ = self.days(text)
        return self.start(first), self.start(following)

    def previous(self, text):
        """The unit before; of other spans, as many days before."""
        first, following, unit = self.days(text)
        if unit in ("month", "quarter", "year"):
            before = self.unit(unit, first - timedelta(days=1))[0]
        else:
            before = first - (following - first)
        return self.start(before), self.start(first)

    def last_year(self, text):
        """The same dates a year earlier; of a week, the one 52 weeks earlier."""
        first, following, unit = self.days(text)
        if unit == "week":
            back = lambda day: day - 52 * 7 * timedelta(days=1)
        else:
            # No period here begins or ends on 29 February.
            back = lambda day: day.replace(year=day.year - 1)
        return self.start(back(first)), self.start(back(following))
