"""Seeded random programmes: small, and full of the cases that go wrong."""

from datetime import datetime, timedelta, timezone

DAY = timedelta(days=1)
FIRST = datetime(2025, 1, 1, tzinfo=timezone.utc)
NETWORKS = ("linkedin", "x", "our_forum")
TEAMS = ("Sales", "Legal", "R&D")
PLACES = ("Madrid", "Oslo")
DEPARTMENTS = ("Europe", "Americas")
TAGS = {"grade": ("junior", "senior"), "skill": ("rust", "python", "excel")}
KINDS = ("article", "video", "job_posting")
FUNNEL = {"funnel": ("awareness", "interest", "decision")}
# One spelt in two ways: hashtags are told apart without case and #.
HASHTAGS = ("#WeAreHiring", "wearehiring", "ai", "#Cloud")
CAMPAIGNS = ("spring", "hiring", "unused")
TOPICS = ("ai", "cloud", "people")
ACTIONS = ("login", "open", "view", "connect")


def stamp(instant):
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def _instant(random, first=0, last=210):
    """Edges of days come up often."""
    hour, minute = random.choice(((0, 0), (23, 59), (12, 0), (9, 30), (22, 30), (4, 0)))
    return FIRST + random.randint(first, last) * DAY + timedelta(hours=hour, minutes=minute)


def _some(random, chance, make):
    return make() if random.random() < chance else None


def _row(**fields):
    return {name: value for name, value in fields.items() if value not in (None, [], {}, False)}


def _tags(random, known, sure=False):
    """Tags by name, sometimes several values of one."""
    tags = {}
    for name, values in known.items():
        if sure or random.random() < 0.6:
            tags[name] = random.sample(values, random.choice((1, 1, 2)))
    return tags


def _stays(random):
    stays, day = [], random.randint(-60, 90)
    for _ in range(random.choice((0, 1, 1, 1, 1, 2))):
        steps = {}
        if random.random() < 0.5:
            steps["hired"] = day
        if random.random() < 0.6:
            day += random.randint(0, 30)
            steps["invited"] = day
        if random.random() < 0.8:
            day += random.randint(0, 30)
            steps["joined"] = day
        if stays and not steps:
            # A stay of no known start would overlap the one before.
            steps["hired"] = day
        stays.append(steps)
        day += random.randint(10, 120)
        if random.random() < 0.6 and len(stays) == 1:
            break
        steps["left"] = day
        day += random.randint(1, 30)
    return [{name: stamp(FIRST + at * DAY) for name, at in stay.items()} for stay in stays]


def _moves(random):
    moves = []
    for _ in range(random.choice((0, 0, 0, 1, 2))):
        to = {}
        if random.random() < 0.8:
            to["team"] = random.choice(TEAMS)
        if random.random() < 0.3:
            to["department"] = random.choice(DEPARTMENTS)
        if random.random() < 0.4 or not to:
            to["location"] = random.choice(PLACES)
        moves.append({"at": stamp(_instant(random)), **to})
    # One move an instant, in order.
    return list({move["at"]: move for move in sorted(moves, key=lambda m: m["at"])}.values())


def _counts(random, chance=0.75):
    counts = {}
    shown = random.choice((0, random.randint(1, 50), random.randint(100, 20000)))
    if random.random() < chance:
        counts["impressions"] = shown
    if random.random() < 0.5:
        counts["reach"] = random.randint(0, shown)
    for name, most in (("likes", 60), ("comments", 9), ("reshares", 6), ("clicks", 30), ("follows", 3)):
        if random.random() < 0.85:
            counts[name] = random.randint(0, most)
    for name, most in (("engagements", 90), ("conversions", 4), ("revenue", 90000)):
        if random.random() < 0.3:
            counts[name] = random.randint(0, most)
    return counts


def _surveys(random, advocates):
    """Questions of every kind in two waves; sometimes nobody was asked."""
    own = {"min": 1, "max": 5, "passive_from": 4, "promoter_from": 5}
    questions = [
        {"id": "enps", "kind": "enps"},
        _row(id="mood", kind="satisfaction", max=_some(random, 0.4, lambda: 7)),
        _row(id="agree", kind="agreement", favourable_from=_some(random, 0.5, lambda: 4)),
        {"id": "buy", "kind": "net_score"} | random.choice((own, {"min": 0, "max": 10})),
    ]
    if random.random() < 0.3:
        questions.append({"id": "pay", "kind": "satisfaction"})
    if random.random() < 0.15:
        return questions, [], []
    weighted = random.random() < 0.3
    responses, seen = [], set()
    for _ in range(random.randint(5, 60)):
        question = random.choice(questions)
        usual = (0, 10) if question["kind"] == "enps" else (1, 5)
        low, high = question.get("min", usual[0]), question.get("max", usual[1])
        wave, day = random.choice((("winter", 20), ("summer", 160)))
        at = stamp(FIRST + (day + random.randint(0, 20)) * DAY + timedelta(hours=random.randint(0, 23)))
        who = random.choice((None, random.choice(advocates)["id"], "guest"))
        # One answer an instant of a person, or which is the latest?
        if (who, question["id"], at) in seen and who:
            continue
        seen.add((who, question["id"], at))
        row = _row(
            answered_at=at,
            wave=_some(random, 0.95, lambda: wave),
            question=None if question["id"] == "enps" else question["id"],
            respondent=who,
            team=_some(random, 0.3, lambda: random.choice(TEAMS)),
        )
        if random.random() < 0.93:
            row["score"] = random.randint(low, high)
        if weighted:
            row["weight"] = random.choice((0.5, 1, 2))
        responses.append(row)
    turnout = []
    for wave, day in (("winter", 20), ("summer", 160)):
        for team in TEAMS:
            eligible = random.randint(1, 30)
            starts = random.randint(0, eligible)
            turnout.append(
                _row(
                    asked_at=stamp(FIRST + day * DAY),
                    wave=wave,
                    team=team,
                    eligible=_some(random, 0.9, lambda: eligible),
                )
                | {"starts": starts, "completes": random.randint(0, starts)}
            )
    return questions, responses, turnout


def world(random):
    """A programme as rows, as every language takes them."""
    advocates = [
        _row(
            id=f"a{number}",
            team=_some(random, 0.85, lambda: random.choice(TEAMS)),
            location=_some(random, 0.6, lambda: random.choice(PLACES)),
            department=_some(random, 0.5, lambda: random.choice(DEPARTMENTS)),
            tags=_tags(random, TAGS, number == 0),
            memberships=_stays(random),
            moves=_moves(random),
            external=random.random() < 0.12,
            opt_out=random.random() < 0.1,
        )
        for number in range(random.randint(4, 14))
    ]
    accounts, followers = [], []
    for advocate in advocates:
        for network in NETWORKS:
            for _ in range(random.choice((0, 1, 1, 2))):
                connected = _some(random, 0.6, lambda: _instant(random, 0, 120))
                gone = _some(random, 0.15, lambda: (connected or FIRST) + random.randint(5, 90) * DAY)
                id = f"{advocate['id']}-{network}-{len(accounts)}"
                accounts.append(
                    _row(
                        id=id,
                        advocate=advocate["id"],
                        network=network,
                        connected_at=connected and stamp(connected),
                        disconnected_at=gone and stamp(gone),
                    )
                )
                for at in sorted({stamp(_instant(random)) for _ in range(random.choice((0, 1, 2)))}):
                    followers.append({"account": id, "at": at, "followers": random.randint(0, 3000)})
    followers.sort(key=lambda row: (row["account"], row["at"]))
    campaigns = [
        _row(id=id, hashtags=random.sample(HASHTAGS, random.choice((0, 1, 2)))) for id in CAMPAIGNS
    ]
    content = []
    for number in range(random.randint(2, 9)):
        published = _some(random, 0.8, lambda: _instant(random, -30, 150))
        expires = _some(random, 0.3, lambda: (published or FIRST) + random.randint(5, 120) * DAY)
        content.append(
            _row(
                id=f"c{number}",
                kind=_some(random, 0.9, lambda: random.choice(KINDS)),
                topics=random.sample(TOPICS, random.choice((0, 1, 1, 2))),
                source=_some(random, 0.6, lambda: random.choice(("owned", "curated"))),
                campaign=_some(random, 0.6, lambda: random.choice(CAMPAIGNS[:2])),
                hashtags=random.sample(HASHTAGS, random.choice((0, 0, 1, 3))),
                tags=_tags(random, FUNNEL, number == 0),
                published_at=published and stamp(published),
                expires_at=expires and stamp(expires),
            )
        )
    shares = []
    for number in range(random.randint(10, 45)):
        advocate = random.choice(advocates)["id"]
        at = _instant(random)
        network = random.choice(NETWORKS)
        own = [a["id"] for a in accounts if a["advocate"] == advocate and a["network"] == network]
        base = _row(
            id=f"s{number}",
            advocate=advocate,
            network=network,
            shared_at=stamp(at),
            content=_some(random, 0.85, lambda: random.choice(content)["id"]),
            account=_some(random, 0.4, lambda: random.choice(own)) if own else None,
            copy=_some(random, 0.6, lambda: random.choice(("own", "suggested"))),
            mode=_some(random, 0.5, lambda: random.choice(("manual", "automated"))),
            paid=random.random() < 0.12,
            removed=random.random() < 0.05,
        )
        if random.random() < 0.5:
            base["confirmed"] = random.random() < 0.7
        if random.random() < 0.3:
            for days in sorted(random.sample(range(1, 90), random.choice((1, 2)))):
                shares.append(base | {"observed_at": stamp(at + days * DAY)} | _counts(random))
        else:
            shares.append(base | _counts(random))
    random.shuffle(shares)
    activities = [
        _row(
            advocate=random.choice(advocates)["id"],
            action=random.choice(ACTIONS),
            at=stamp(_instant(random)),
            content=_some(random, 0.4, lambda: random.choice(content)["id"]),
        )
        for _ in range(random.randint(0, 25))
    ]
    posts = [
        _row(
            id=f"b{number}",
            network=random.choice(NETWORKS),
            published_at=stamp(_instant(random)),
            paid=random.random() < 0.15,
        )
        | _counts(random)
        for number in range(random.randint(0, 10))
    ]
    headcount = []
    kind = random.randrange(4)
    if kind in (1, 2):
        for day in random.sample(range(-20, 180), 3):
            headcount.append({"at": stamp(FIRST + day * DAY), "employees": random.randint(10, 60)})
    if kind in (2, 3):
        for team in TEAMS:
            for day in random.sample(range(-20, 100), 2):
                row = {"at": stamp(FIRST + day * DAY), "employees": random.randint(3, 20), "team": team}
                headcount.append(row)
    questions, responses, turnout = _surveys(random, advocates)
    return {
        "currency": "EUR",
        "advocates": advocates,
        "accounts": accounts,
        "followers": followers,
        "campaigns": campaigns,
        "content": content,
        "shares": shares,
        "activities": activities,
        "brand_posts": posts,
        "headcount": headcount,
        "questions": questions,
        "responses": responses,
        "turnout": turnout,
    }
