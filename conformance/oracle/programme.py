"""A programme and every metric of it, as the metric reference says: loops over
rows, whole numbers until the last division."""

from datetime import timedelta
from decimal import Decimal as D
from fractions import Fraction as F

import stats
from calendar_ import DAY, EVER, NEVER, Calendar, micros
from fault import Fault


PEOPLE = ("team", "department", "location", "advocate", "cohort", "tag:grade", "tag:skill")
CONTENT = ("content", "kind", "topic", "source", "campaign", "hashtag", "tag:funnel")
DEFAULTS = {
    "adoption_numerator": "joined",
    "adoption_denominator": "employees",
    "licensed_seats": None,
    "activation_days": 30,
    "activation_clock": "joined",
    "active_actions": "share",
    "active_minimum": 1,
    "participation_denominator": "invited",
    "active_participation_denominator": "joined",
    "active_participation_grain": "week",
    "share_rate_denominator": "joined",
    "shares_per": "active",
    "stickiness_grain": "week",
    "first_share_clock": "joined",
    "first_share_quantile": 0.5,
    "first_share_estimator": "kaplan_meier",
    "retention_kind": "classic",
    "retention_cohort": "first_share",
    "retention_grain": "month",
    "retention_age": 1,
    "dormancy_days": 30,
    "population": "end",
    "share_unit": "record",
    "date_basis": "shared",
    "engagement_set": "auto",
    "parts": "all",
    "engagement_denominator": "impressions",
    "pooling": "pooled",
    "paid": "include",
    "interval_unit": "share",
    "content_basis": "live",
    "mix_of": "items",
    "mix_dimension": "kind",
    "lift_of": "engagement_rate",
    "confidence": 0.95,
    "universe": None,
}
SETS = {
    "all": ("likes", "comments", "reshares", "clicks"),
    "social": ("likes", "comments", "reshares"),
    "everyonesocial": ("likes", "comments"),
    "platform": ("engagements",),
}


class Missing(Exception):
    """What a number needs is not known."""


class Cell:
    """A span of time, conditions of the row, conditions of the query.

    A condition is (dimension, values, except); a value of None is none."""

    def __init__(self, start, end, key=(), filter=()):
        self.start, self.end, self.key, self.filter = start, end, tuple(key), tuple(filter)

    def conditions(self):
        return self.key + self.filter

    def over(self, start, end):
        return Cell(start, end, self.key, self.filter)

    def history(self):
        """What somebody's history is read under: the query's conditions on facts."""
        return Cell(self.start, self.end, (), [c for c in self.filter if c[0] not in PEOPLE])


def holds(condition, values):
    _, wanted, excepted = condition
    return any(value in wanted for value in values) != excepted


def defined(value, above=None, below=None, coverage=None, **more):
    made = {"state": "defined", "value": value, **more}
    if above is not None:
        made["numerator"] = {"value": above}
    if below is not None:
        made["denominator"] = {"value": below}
    if coverage is not None:
        made["coverage"] = {"known": coverage[0], "rows": coverage[1]}
    return made


def ratio(above, below, coverage=None, **more):
    if below == 0:
        made = defined(None, above, below, coverage)
        return {**made, "state": "undefined", **({"interval": None} if more else {})}
    return defined(F(above) / F(below), above, below, coverage, **more)


class Programme:
    def __init__(self, rows, tz, as_of, sunday=False):
        self.rows, self.calendar, self.as_of = rows, Calendar(tz, sunday), as_of
        self.advocates = {row["id"]: row for row in rows["advocates"]}
        self.items = {row["id"]: row for row in rows["content"]}
        self.campaigns = {row["id"]: row for row in rows["campaigns"]}
        self.shares = self._settled(rows["shares"], "shared_at")
        self.posts = self._settled(rows["brand_posts"], "published_at")

    # Facts.

    def _settled(self, rows, dated):
        """The observation in force of every id, counts unknown if read later."""
        by_id = {}
        for row in rows:
            by_id.setdefault(row["id"], []).append(row)
        facts = []
        seen = lambda row: micros(row["observed_at"]) if "observed_at" in row else EVER
        for observations in by_id.values():
            known = [row for row in observations if seen(row) <= self.as_of]
            row = max(known, key=seen) if known else min(observations, key=seen)
            at = micros(row[dated])
            if row.get("removed") or at > self.as_of:
                continue
            counts = row if known else {}
            fact = {"row": row, "at": at, "counts": dict(counts), "item": None, "account": None}
            if dated == "shared_at":
                fact["item"] = self.items.get(row.get("content"))
                fact["account"] = self._account(row)
                fact["counts"]["followers"] = self._followers(fact["account"], at)
            facts.append(fact)
        return facts

    def _account(self, share):
        if "account" in share:
            return share["account"]
        own = [
            account["id"]
            for account in self.rows["accounts"]
            if (account["advocate"], account["network"]) == (share["advocate"], share["network"])
        ]
        return own[0] if len(own) == 1 else None

    def _followers(self, account, instant):
        """The latest observation by then, else the earliest."""
        seen = [
            (micros(row["at"]), row["followers"])
            for row in self.rows["followers"]
            if row["account"] == account and micros(row["at"]) <= self.as_of
        ]
        before = [each for each in seen if each[0] <= instant]
        if before:
            return max(before)[1]
        return min(seen)[1] if seen else None

    def person(self, who, dimension, instant):
        advocate = self.advocates[who]
        if dimension == "advocate":
            return [who]
        if dimension == "cohort":
            joined = [micros(s["joined"]) for s in self._stays(who) if "joined" in s]
            joined = [at for at in joined if at <= self.as_of]
            if not joined:
                return [None]
            day = self.calendar.date(min(joined))
            return [f"{day.year}-{day.month:02}"]
        if dimension.startswith("tag:"):
            return self._tagged(advocate, dimension)
        value = advocate.get(dimension)
        for move in sorted(advocate.get("moves", []), key=lambda move: micros(move["at"])):
            if dimension in move and micros(move["at"]) <= instant:
                value = move[dimension]
        return [value]

    def knows(self, tag):
        name = tag.removeprefix("tag:")
        return any(name in row.get("tags", {}) for row in (*self.rows["advocates"], *self.rows["content"]))

    def _tagged(self, row, dimension):
        return row.get("tags", {}).get(dimension.removeprefix("tag:")) or [None]

    def item_values(self, item, dimension):
        if item is None:
            return [None]
        if dimension.startswith("tag:"):
            return self._tagged(item, dimension)
        if dimension == "topic":
            return item.get("topics") or [None]
        if dimension == "hashtag":
            # An item carries its campaign's hashtags too; # and case are spelling.
            of_campaign = self.campaigns.get(item.get("campaign"), {})
            found = item.get("hashtags", []) + of_campaign.get("hashtags", [])
            return sorted({tag.lstrip("#").lower() for tag in found}) or [None]
        return [item.get("id" if dimension == "content" else dimension)]

    def share_values(self, fact, dimension):
        if dimension in PEOPLE:
            return self.person(fact["row"]["advocate"], dimension, fact["at"])
        if dimension in CONTENT:
            return self.item_values(fact["item"], dimension)
        return [fact["row"].get(dimension)]

    def share_meets(self, fact, cell):
        return all(holds(c, self.share_values(fact, c[0])) for c in cell.conditions())

    def person_meets(self, who, cell, instant):
        ours = [c for c in cell.conditions() if c[0] in PEOPLE]
        return all(holds(c, self.person(who, c[0], instant)) for c in ours)

    def counts(self, fact, d):
        paid = d["paid"] == "include" or not fact["row"].get("paid")
        return paid and (d["share_unit"] != "confirmed" or fact["row"].get("confirmed") is True)

    def dated(self, fact, d):
        if d["date_basis"] == "shared":
            return fact["at"]
        item = fact["item"]
        if item is None or "published_at" not in item:
            return None
        at = micros(item["published_at"])
        return at if at <= self.as_of else None

    def shares_in(self, d, cell):
        found = []
        for fact in self.shares:
            at = self.dated(fact, d)
            if at is not None and cell.start <= at < cell.end and self.counts(fact, d):
                if self.share_meets(fact, cell):
                    found.append(fact)
        return found

    def posts_in(self, d, cell):
        networks = [c for c in cell.conditions() if c[0] == "network"]
        return [
            post
            for post in self.posts
            if cell.start <= post["at"] < cell.end
            and (d["paid"] == "include" or not post["row"].get("paid"))
            and all(holds(c, [post["row"]["network"]]) for c in networks)
        ]

    def known_end(self, cell):
        return min(cell.end, self.as_of + 1)

    # People.

    def _stays(self, who):
        return self.advocates[who].get("memberships") or [{}]

    def _from(self, stay, base):
        at = lambda name, absent: micros(stay[name]) if name in stay else absent
        joined = at("joined", NEVER)
        if base == "employees":
            return at("hired", EVER)
        return min(at("invited", NEVER), joined) if base == "invited" else joined

    def _left(self, stay):
        return micros(stay["left"]) if "left" in stay else NEVER

    def belongs(self, who, base, start, end):
        if base == "employees" and self.advocates[who].get("external"):
            return False
        if base == "connected":
            at = lambda row, name, absent: micros(row[name]) if name in row else absent
            if not any(
                row["advocate"] == who
                and at(row, "connected_at", EVER) < end
                and at(row, "disconnected_at", NEVER) > start
                for row in self.rows["accounts"]
            ):
                return False
        return any(self._from(s, base) < end and self._left(s) > start for s in self._stays(who))

    def members(self, base, cell, start, end):
        return {
            who
            for who in self.advocates
            if self.belongs(who, base, start, end) and self.person_meets(who, cell, end - 1)
        }

    def headcount(self, cell, end):
        part = {}
        for dimension, values, excepted in cell.conditions():
            if dimension not in PEOPLE:
                continue
            stated = dimension in ("team", "department", "location")
            if not stated or excepted or len(values) != 1 or values[0] is None:
                return None
            if part.setdefault(dimension, values[0]) != values[0]:
                return None
        def latest(part):
            rows = [
                row
                for row in self.rows["headcount"]
                if {k: row[k] for k in ("team", "department", "location") if k in row} == part
                and micros(row["at"]) < end
            ]
            return max(rows, key=lambda row: micros(row["at"]))["employees"] if rows else None

        count = latest(part)
        if count is not None or part:
            return count
        counts = [latest({"team": team}) for team in {r["team"] for r in self.rows["headcount"] if "team" in r}]
        counts = [count for count in counts if count is not None]
        return sum(counts) if counts else None

    def crowd(self, base, d, cell):
        """People at each instant taken, and how many they are on average."""
        end = self.known_end(cell)
        start = min(cell.start + 1, end)
        if base == "seats":
            return [set()], None if d["licensed_seats"] is None else F(d["licensed_seats"])
        if base == "active":
            active = self.active(d, cell)
            return [active], F(len(active))
        spans = {
            "end": [(end - 1, end)],
            "start": [(start - 1, start)],
            "average": [(start - 1, start), (end - 1, end)],
            "anyone": [(cell.start, end)],
        }[d["population"]]
        sets = [self.members(base, cell, a, b) for a, b in spans]
        if base != "employees" and not any(a.get("memberships") for a in self.advocates.values()):
            return sets, None
        if base == "connected" and not self.rows["accounts"]:
            return sets, None
        if base == "employees" and self.rows["headcount"]:
            anyone = d["population"] == "anyone"
            stated = [None if anyone else self.headcount(cell, to) for _, to in spans]
            return sets, None if None in stated else F(sum(stated), len(stated))
        return sets, F(sum(map(len, sets)), len(sets))

    def head(self, base, d, cell):
        size = self.crowd(base, d, cell)[1]
        if size is None:
            raise Missing
        return defined(size)

    def share_of(self, base, people, d, cell):
        """People, those outside the population left out, as a share of it."""
        sets, own = people
        wholes, size = self.crowd(base, d, cell)
        if own is None or size is None:
            raise Missing
        if base == "seats":
            counts = [len(s) for s in sets]
        elif len(sets) == len(wholes):
            # Of two instants, each by itself.
            counts = [len(s & whole) for s, whole in zip(sets, wholes)]
        else:
            counts = [len(s & set().union(*wholes)) for s in sets]
        above = F(sum(counts), len(counts))
        made = {}
        if above.denominator == 1 and size.denominator == 1:
            fits = size and above <= size
            made = {"interval": stats.wilson(int(above), int(size), d["confidence"]) if fits else None}
        return ratio(above, size, **made)

    def employees(self, d, cell):
        return self.head("employees", d, cell)

    def invited(self, d, cell):
        return self.head("invited", d, cell)

    def joined(self, d, cell):
        return self.head("joined", d, cell)

    def connected(self, d, cell):
        return self.head("connected", d, cell)

    def coverage_rate(self, d, cell):
        return self.share_of("employees", self.crowd("invited", d, cell), d, cell)

    def adoption_rate(self, d, cell):
        if d["adoption_numerator"] == "joined":
            who = self.crowd("joined", d, cell)
        else:
            end = self.known_end(cell)
            ever = {
                fact["row"]["advocate"]
                for fact in self.shares
                if fact["at"] < end and self.counts(fact, d) and self.share_meets(fact, cell)
            }
            who = [ever], F(len(ever))
        return self.share_of(d["adoption_denominator"], who, d, cell)

    def participation_rate(self, d, cell):
        active = self.active(d, cell)
        people = [active], F(len(active))
        return self.share_of(d["participation_denominator"], people, d, cell)

    def share_rate(self, d, cell):
        sharers = self._sharers(d, cell)
        people = [sharers], F(len(sharers))
        return self.share_of(d["share_rate_denominator"], people, d, cell)

    def _sharers(self, d, cell):
        return {fact["row"]["advocate"] for fact in self.shares_in(d, cell)}

    def sharers(self, d, cell):
        return defined(len(self._sharers(d, cell)))

    def actions(self, d, cell):
        """Qualifying actions under the conditions, whenever they were: who, when."""
        wanted = d["active_actions"].split("+")
        applies = lambda c: c[0] in PEOPLE or c[0] in CONTENT
        key = cell.key if wanted == ["share"] else [c for c in cell.key if applies(c)]
        found = []
        if "share" in wanted:
            of_shares = Cell(cell.start, cell.end, key, cell.filter)
            for fact in self.shares:
                at = self.dated(fact, d)
                if at is not None and self.counts(fact, d) and self.share_meets(fact, of_shares):
                    found.append((fact["row"]["advocate"], at))
        conditions = [c for c in (*key, *cell.filter) if applies(c)]
        for row in self.rows["activities"]:
            at = micros(row["at"])
            item = self.items.get(row.get("content"))
            values = lambda name: (
                self.person(row["advocate"], name, at) if name in PEOPLE else self.item_values(item, name)
            )
            if row["action"] in wanted and at <= self.as_of:
                if all(holds(c, values(c[0])) for c in conditions):
                    found.append((row["advocate"], at))
        return found

    def among(self, actions, d, start, end):
        times = {}
        for who, at in actions:
            if start <= at < end:
                times[who] = times.get(who, 0) + 1
        return {who for who, n in times.items() if n >= d["active_minimum"]}

    def active(self, d, cell):
        return self.among(self.actions(d, cell), d, cell.start, cell.end)

    def active_advocates(self, d, cell):
        return defined(len(self.active(d, cell)))

    def shares_per_active(self, d, cell):
        whom = self.active(d, cell) if d["shares_per"] == "active" else self._sharers(d, cell)
        return ratio(self.number(self.shares_in(d, cell), d), len(whom))

    def active_participation_rate(self, d, cell):
        base, grain = d["active_participation_denominator"], d["active_participation_grain"]
        d = {**d, "population": "end"}
        if base != "employees" and self.crowd(base, d, cell)[1] is None:
            raise Missing
        if grain == "rolling_30_days":
            steps = [
                (self.calendar.start(self.calendar.date(to - 1) - 29 * timedelta(days=1)), to)
                for _, to in self.calendar.whole("day", cell.start, cell.end)
            ]
        else:
            steps = self.calendar.whole(grain, cell.start, cell.end)
        above, below = 0, F(0)
        for start, end in steps:
            if end > self.as_of + 1:
                continue
            step = cell.over(start, end)
            sets, size = self.crowd(base, d, step)
            sharers = self._sharers(d, step)
            above += len(sharers if base == "seats" else sharers & set().union(*sets))
            if size is None:
                raise Missing
            below += size
        return ratio(above, below)

    def stickiness(self, d, cell):
        actions = self.actions(d, cell)
        means, actives = F(0), 0
        for start, end in self.calendar.whole("month", cell.start, cell.end):
            if end > self.as_of + 1:
                continue
            parts = self.calendar.whole(d["stickiness_grain"], start, end)
            means += F(sum(len(self.among(actions, d, a, b)) for a, b in parts), len(parts))
            actives += len(self.among(actions, d, start, end))
        return ratio(means, actives)

    def first_shares(self, d, cell):
        first, cell = {}, cell.history()
        for fact in self.shares:
            if self.counts(fact, d) and self.share_meets(fact, cell):
                who = fact["row"]["advocate"]
                first[who] = min(first.get(who, NEVER), fact["at"])
        return first

    def clock(self, who, kind, end):
        stays = self._stays(who)
        first_joined = min(self._from(stay, "joined") for stay in stays)
        if kind == "joined":
            at = first_joined
        elif kind == "invited":
            at = min(self._from(stay, "invited") for stay in stays)
        else:
            own = [row for row in self.rows["accounts"] if row["advocate"] == who]
            if not own:
                return None
            # Connected before the data begins: the clock starts on joining.
            before = any("connected_at" not in row for row in own)
            at = first_joined if before else min(micros(row["connected_at"]) for row in own)
        return at if at < end else None

    def activation_rate(self, d, cell):
        end, first = self.known_end(cell), self.first_shares(d, cell)
        sets, size = self.crowd("joined", d, cell)
        if size is None:
            raise Missing
        activated = eligible = 0
        for who in set().union(*sets):
            clock = self.clock(who, d["activation_clock"], end)
            if clock is None or clock + d["activation_days"] * DAY >= end:
                continue
            eligible += 1
            activated += first.get(who, NEVER) <= clock + d["activation_days"] * DAY
        interval = stats.wilson(activated, eligible, d["confidence"])
        return ratio(activated, eligible, interval=interval)

    def time_to_first_share(self, d, cell):
        end, first = self.known_end(cell), self.first_shares(d, cell)
        if self.crowd(d["first_share_clock"], d, cell)[1] is None:
            raise Missing
        spells = []
        for who in self.advocates:
            clock = self.clock(who, d["first_share_clock"], end)
            if clock is None or not self.person_meets(who, cell, clock):
                continue
            gone = min(max(self._left(stay) for stay in self._stays(who)), end)
            if first.get(who, NEVER) < end:
                spells.append((max(first[who] - clock, 0), True))
            else:
                spells.append((max(gone - clock, 0), False))
        quantile = F(repr(d["first_share_quantile"]))
        undefined = {"state": "undefined", "value": None}
        if d["first_share_estimator"] == "sharers_only":
            times = sorted(time for time, shared in spells if shared)
            if not times:
                return undefined
            place = quantile * (len(times) - 1)
            low = int(place)
            high = min(low + 1, len(times) - 1)
            return defined((times[low] + (times[high] - times[low]) * (place - low)) / DAY)
        alive = F(1)
        for time in sorted({time for time, shared in spells if shared}):
            at_risk = sum(other >= time for other, _ in spells)
            events = sum(other == time and shared for other, shared in spells)
            alive *= F(at_risk - events, at_risk)
            if alive <= 1 - quantile:
                return defined(F(time, DAY))
        return undefined

    def retention(self, d, cell):
        unit = d["retention_grain"]
        if d["retention_cohort"] == "first_share":
            firsts = self.first_shares(d, cell)
        else:
            clocks = {who: self.clock(who, "joined", self.as_of + 1) for who in self.advocates}
            firsts = {who: at for who, at in clocks.items() if at is not None}
        actions = self.actions(d, cell.history())
        above = below = 0
        for start, end in self.calendar.whole(unit, cell.start, cell.end):
            if end > self.as_of + 1:
                continue
            for who, at in firsts.items():
                first = self.calendar.unit(unit, self.calendar.date(at))[0]
                for _ in range(d["retention_age"]):
                    first = self.calendar.unit(unit, first)[1]
                if self.calendar.start(first) != start or not self.person_meets(who, cell, at):
                    continue
                below += 1
                if d["retention_kind"] == "classic":
                    above += who in self.among(actions, d, start, end)
                else:
                    spans = self.calendar.pieces(unit, start, self.as_of + 1)
                    above += any(who in self.among(actions, d, a, b) for _, a, b in spans)
        return ratio(above, below)

    def cohorts(self, d, cell):
        """By month of the first share: how many began, and how many were active
        in that month and each one after, up to the end of the period."""
        firsts, actions = self.first_shares(d, cell), self.actions(d, cell.history())
        firsts = {who: at for who, at in firsts.items() if self.person_meets(who, cell, at)}
        known = [at for _, at in actions]
        if not known:
            return []
        months = self.calendar.pieces("month", min(known), self.as_of + 1)
        months = [(day, a, b) for day, a, b in months if b <= cell.end]
        made = []
        for at, (day, start, end) in enumerate(months):
            began = {who for who, first in firsts.items() if start <= first < end}
            if not began and not made:
                continue
            ages = []
            for _, a, b in months[at:]:
                stayed = len(began & self.among(actions, d, a, b))
                interval = stats.wilson(stayed, len(began), d["confidence"])
                age = ratio(stayed, len(began), interval=interval)
                if b > self.as_of + 1:
                    # Not over yet.
                    age = {"state": "undefined", "value": None}
                ages.append(age)
            made.append({"key": self.calendar.label("month", day), "size": len(began), "ages": ages})
        return made

    def _history(self, d, cell):
        return self.actions({**d, "date_basis": "shared"}, cell.history())

    def dormant(self, d, cell):
        end, actions = self.known_end(cell), self._history(d, cell)
        sets, size = self.crowd("joined", d, cell)
        if size is None:
            raise Missing
        quiet = 0
        for who in set().union(*sets):
            earlier = [at for of, at in actions if of == who and at < end]
            quiet += bool(earlier) and max(earlier) < end - d["dormancy_days"] * DAY
        return defined(quiet)

    def reactivated(self, d, cell):
        actions, back = sorted(self._history(d, cell)), {}
        for (who, before), (same, at) in zip(actions, actions[1:]):
            if who == same and at - before > d["dormancy_days"] * DAY:
                if cell.start <= at < cell.end:
                    back.setdefault(who, at)
        return defined(sum(self.person_meets(who, cell, at) for who, at in back.items()))

    def new_sharers(self, d, cell):
        first = self.first_shares(d, cell).items()
        return defined(
            sum(cell.start <= at < cell.end and self.person_meets(who, cell, at) for who, at in first)
        )

    # Content.

    def number(self, shares, d):
        if d["share_unit"] != "distinct":
            return len(shares)
        keys = set()
        for place, fact in enumerate(shares):
            row = fact["row"]
            # Nobody can say whether two shares of something else are of one thing.
            known = (row["advocate"], row.get("content"), row["network"])
            keys.add(known if "content" in row else place)
        return len(keys)

    def _items(self, d, cell):
        end, found = self.known_end(cell), []
        ours = [c for c in cell.conditions() if c[0] in CONTENT]
        for item in self.items.values():
            start = micros(item["published_at"]) if "published_at" in item else EVER
            until = micros(item["expires_at"]) if "expires_at" in item else NEVER
            live = start < end and until > cell.start
            published = cell.start <= start < end
            if live if d["content_basis"] == "live" else published:
                if all(holds(c, self.item_values(item, c[0])) for c in ours):
                    found.append(item)
        return found

    def published_items(self, d, cell):
        return defined(len(self._items(d, cell)))

    def shares_(self, d, cell):
        return defined(self.number(self.shares_in(d, cell), d))

    def content_utilisation(self, d, cell):
        items = self._items(d, cell)
        shared = {fact["item"]["id"] for fact in self.shares_in(d, cell) if fact["item"]}
        used = sum(item["id"] in shared for item in items)
        interval = stats.wilson(used, len(items), d["confidence"])
        return ratio(used, len(items), interval=interval)

    def _per_item(self, d, cell, count):
        items, shares = self._items(d, cell), self.shares_in(d, cell)
        of = lambda item: [fact for fact in shares if fact["item"] is item]
        return ratio(sum(count(of(item)) for item in items), len(items))

    def shares_per_item(self, d, cell):
        return self._per_item(d, cell, lambda shares: self.number(shares, d))

    def sharers_per_item(self, d, cell):
        return self._per_item(d, cell, lambda shares: len({f["row"]["advocate"] for f in shares}))

    def content_mix(self, d, cell):
        whole = Cell(cell.start, cell.end, (), cell.filter)
        if d["mix_of"] == "items":
            return ratio(len(self._items(d, cell)), len(self._items(d, whole)))
        count = lambda cell: self.number(self.shares_in(d, cell), d)
        return ratio(count(cell), count(whole))

    def content_entropy(self, d, cell):
        groups, name = {}, d["mix_dimension"]
        if d["mix_of"] == "items":
            for item in self._items(d, cell):
                for value in self.item_values(item, name):
                    groups.setdefault(value, []).append(item)
            counts = [len(items) for items in groups.values()]
        else:
            for fact in self.shares_in(d, cell):
                for value in self.share_values(fact, name):
                    groups.setdefault(value, []).append(fact)
            counts = [self.number(shares, d) for shares in groups.values()]
        bits = stats.entropy(counts)
        return {"state": "undefined", "value": None} if bits is None else defined(bits)

    # Sums over shares, and ratios of them.

    def total(self, facts, read):
        values = [read(fact) for fact in facts]
        known = [value for value in values if value is not None]
        if facts and not known:
            raise Missing
        return defined(sum(known), coverage=(len(known), len(facts)))

    def _field(self, name):
        return lambda fact: fact["counts"].get(name)

    def _paired(self, facts, above, below, d=None):
        pairs = [(above(f), below(f), f) for f in facts]
        known = [p for p in pairs if p[0] is not None and p[1] is not None]
        if facts and not known:
            raise Missing
        y, x = sum(F(p[0]) for p in known), sum(F(p[1]) for p in known)
        made = {}
        if d is not None:
            estimate = self._estimate(known, d)
            made = {"interval": estimate and estimate["interval"]}
            if made["interval"]:
                # A rate is not below 0.
                ends = made["interval"]
                made["interval"] = {**ends, "low": max(ends["low"], D(0))}
        return ratio(y, x, (len(known), len(facts)), **made)

    def _estimate(self, known, d):
        """A rate of sums with the share, or the advocate, as the unit."""
        units = {}
        for place, (a, b, fact) in enumerate(known):
            by_share = d["interval_unit"] == "share"
            key = place if by_share else fact["row"].get("advocate", place)
            sums = units.setdefault(key, [F(0), F(0)])
            sums[0] += a
            sums[1] += b
        ys, xs = ([unit[side] for unit in units.values()] for side in (0, 1))
        return stats.ratio_estimator(ys, xs, d["confidence"])

    def _rate(self, facts, above, below, d):
        if d["pooling"] == "pooled":
            return self._paired(facts, above, below, d)
        pairs = [(above(f), below(f)) for f in facts]
        known = [p for p in pairs if p[0] is not None and p[1] is not None]
        if facts and not known:
            raise Missing
        ratios = sorted(F(y) / F(x) for y, x in known if x > 0)
        n = len(ratios)
        if n == 0:
            return {"state": "undefined", "value": None}
        if d["pooling"] == "mean_of_ratios":
            return defined(sum(ratios) / n)
        return defined((ratios[(n - 1) // 2] + ratios[n // 2]) / 2)

    def _engagement(self, d, parts=None):
        terms = []
        text = "all" if d["engagement_set"] == "auto" else d["engagement_set"]
        for term in text.split("+"):
            if term in SETS:
                terms += [(name, F(1)) for name in SETS[term]]
            else:
                weight, _, name = term.rpartition("*")
                terms.append((name, F(weight or "1")))

        def read(fact):
            known = [(fact["counts"][n], w) for n, w in terms if n in fact["counts"]]
            enough = known if (parts or d["parts"]) == "known" else len(known) == len(terms)
            return sum(count * weight for count, weight in known) if enough else None

        return read

    def engagements(self, d, cell):
        shares = self.shares_in(d, cell)
        made = self.total(shares, self._engagement(d))
        whole = self._engagement(d, "all")
        known = sum(whole(fact) is not None for fact in shares)
        return {**made, "coverage": {"known": known, "rows": len(shares)}}

    def engagement_rate(self, d, cell):
        shares, above = self.shares_in(d, cell), self._engagement(d)
        name = d["engagement_denominator"]
        if name == "followers_at_end":
            return self._per_follower(shares, above, cell)
        below = self._field("followers" if name == "followers_at_post" else name)
        made = self._rate(shares, above, below, d)
        if "coverage" in made:
            whole = self._engagement(d, "all")
            known = sum(whole(f) is not None and below(f) is not None for f in shares)
            made["coverage"] = {"known": known, "rows": len(shares)}
        return made

    def _at_end(self, account, cell):
        return self._followers(account, self.known_end(cell) - 1)

    def _per_follower(self, shares, above, cell):
        accounts, y, known = set(), F(0), 0
        for fact in shares:
            if fact["account"] is None or self._at_end(fact["account"], cell) is None:
                continue
            if above(fact) is not None:
                y += above(fact)
                known += 1
                accounts.add(fact["account"])
        if shares and not known:
            raise Missing
        return ratio(y, sum(self._at_end(account, cell) for account in accounts))

    def amplification_rate(self, d, cell):
        return self._per_follower(self.shares_in(d, cell), self._field("reshares"), cell)

    def click_through_rate(self, d, cell):
        given = self._field("clicks"), self._field("impressions")
        return self._rate(self.shares_in(d, cell), *given, d)

    def virality_rate(self, d, cell):
        given = self._field("reshares"), self._field("impressions")
        return self._rate(self.shares_in(d, cell), *given, d)

    def frequency(self, d, cell):
        given = self._field("impressions"), self._field("reach")
        return self._paired(self.shares_in(d, cell), *given, d)

    def applause_rate(self, d, cell):
        return self._paired(self.shares_in(d, cell), self._field("likes"), lambda _: 1)

    def conversation_rate(self, d, cell):
        return self._paired(self.shares_in(d, cell), self._field("comments"), lambda _: 1)

    def _reaches(self, d, cell):
        own = self.total(self.shares_in(d, cell), self._field("reach"))
        brand = self.total(self.posts_in(d, cell), self._field("reach"))
        return own["value"], brand["value"]

    def reach_multiple(self, d, cell):
        return ratio(*self._reaches(d, cell))

    def reach_gain(self, d, cell):
        own, brand = self._reaches(d, cell)
        made = ratio(own - brand, brand)
        return {"state": made["state"], "value": made["value"]}

    def lift_over_brand(self, d, cell):
        below = self._field("impressions")
        if d["lift_of"] == "reach":
            above, below = self._field("reach"), lambda _: 1
        elif d["lift_of"] == "click_through_rate":
            above = self._field("clicks")
        else:
            above = self._engagement(d)
        results, estimates = [], []
        for facts in (self.shares_in(d, cell), self.posts_in(d, cell)):
            try:
                results.append(self._paired(facts, above, below)["value"])
            except Missing:
                results.append("missing")
            pairs = [(above(f), below(f), f) for f in facts]
            known = [(F(y), F(x), f) for y, x, f in pairs if y is not None and x is not None]
            estimates.append(self._estimate(known, d))
        if None in results:
            return {"state": "undefined", "value": None}
        if "missing" in results:
            raise Missing
        made = ratio(*results)
        made = {"state": made["state"], "value": made["value"], "interval": None}
        # Two rates of sums are independent: the interval of their ratio.
        sure = [each for each in estimates if each and each["se"] is not None]
        if d["lift_of"] != "reach" and made["value"] is not None and len(sure) == 2:
            pairs = [end for each in sure for end in (each["value"], each["se"])]
            both = stats.estimate_ratio(*pairs, d["confidence"])
            made["interval"] = both and both["interval"]
        return made

    def reach(self, d, cell):
        """The gross sum; the largest; what is expected of random overlap."""
        made = self.total(self.shares_in(d, cell), self._field("reach"))
        each = [fact["counts"].get("reach") for fact in self.shares_in(d, cell)]
        each = [count for count in each if count is not None]
        if not each:
            return made
        parts = [("lower_bound", max(each)), ("gross", sum(each))]
        people = d["universe"]
        if people is not None:
            if people == 0 or max(each) > people:
                raise Fault("out_of_range", "universe")
            missed = F(1)
            for count in each:
                missed *= 1 - F(count, people)
            parts.append(("estimate", people * (1 - missed)))
        return {**made, "components": [{"name": name, "value": value} for name, value in parts]}

    def network_size(self, d, cell):
        end, values = self.known_end(cell), []
        networks = [c for c in cell.conditions() if c[0] == "network"]
        for account in self.rows["accounts"]:
            who = account["advocate"]
            start = micros(account["connected_at"]) if "connected_at" in account else EVER
            until = micros(account["disconnected_at"]) if "disconnected_at" in account else NEVER
            with_us = any(self._left(stay) >= end for stay in self._stays(who))
            if start < end and until >= end and with_us and self.person_meets(who, cell, end - 1):
                if all(holds(c, [account["network"]]) for c in networks):
                    values.append(self._followers(account["id"], end - 1))
        return self.total(values, lambda value: value)

    def potential_reach(self, d, cell):
        shares = self.shares_in(d, cell)
        accounts = {fact["account"] for fact in shares if fact["account"] is not None}
        values = [self._at_end(account, cell) for account in accounts]
        known = [value for value in values if value is not None]
        if shares and not known:
            raise Missing
        return defined(sum(known))

    def metric(self, id, definitions, cell):
        """One metric of a cell."""
        sums = {
            "potential_impressions": "followers",
            **{n: n for n in ("impressions", "likes", "comments", "reshares")},
            **{n: n for n in ("clicks", "follows", "conversions", "revenue")},
        }
        d = {**DEFAULTS, **definitions}
        try:
            if id in sums:
                made = self.total(self.shares_in(d, cell), self._field(sums[id]))
            else:
                made = getattr(self, "shares_" if id == "shares" else id)(d, cell)
        except Missing:
            made = {"state": "missing", "value": None}
        return {"id": id, **made}



METRICS = (
    "employees invited joined connected coverage_rate adoption_rate activation_rate "
    "active_advocates sharers active_participation_rate participation_rate share_rate "
    "shares_per_active stickiness time_to_first_share retention dormant reactivated new_sharers "
    "shares published_items content_utilisation content_mix content_entropy shares_per_item "
    "sharers_per_item network_size potential_reach potential_impressions reach impressions "
    "frequency reach_gain reach_multiple likes comments reshares clicks follows engagements "
    "engagement_rate click_through_rate amplification_rate virality_rate applause_rate "
    "conversation_rate lift_over_brand conversions revenue"
).split()
