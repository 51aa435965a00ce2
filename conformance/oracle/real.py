"""Real numbers to sixty digits: the functions the standard library lacks.

Every function takes and gives `Decimal`; sums run over positive terms until
they no longer change, with digits to spare where digits cancel.
"""

from decimal import Decimal as D
from decimal import getcontext, localcontext
from fractions import Fraction as F
from functools import lru_cache
from statistics import NormalDist

DIGITS = 60
getcontext().prec = DIGITS
getcontext().Emin = -(10**9)
getcontext().Emax = 10**9


def real(x):
    """The number itself: a float is the binary fraction it is."""
    if isinstance(x, F):
        return D(x.numerator) / D(x.denominator)
    return D(x)


def root(x):
    return real(x).sqrt()


def erfc(x):
    """The complementary error function, to full relative precision."""
    x = real(x)
    if x < 0:
        return 2 - erfc(-x)
    if x > 6:
        # The continued fraction, from its end; e^(−x²) carries the rest.
        tail = x
        for k in range(600, 0, -1):
            tail = x + D(k) / 2 / tail
        return (-x * x).exp() / pi(DIGITS).sqrt() / tail
    with localcontext() as context:
        context.prec = DIGITS + 20 + int(x * x)
        # erf x = 2/sqrt(pi) e^(-x²) sum 2^n x^(2n+1) / (2n+1)!!
        term = total = x
        n = 0
        while True:
            n += 1
            term *= 2 * x * x / (2 * n + 1)
            if total + term == total:
                break
            total += term
        value = 1 - 2 / pi(context.prec).sqrt() * (-x * x).exp() * total
    return +value


@lru_cache(None)
def pi(digits):
    """Machin's formula."""

    def arctan_inverse(n):
        total, term, k = D(0), D(1) / n, 0
        while abs(term) > D(10) ** -(digits + 10):
            total += term / (2 * k + 1) if k % 2 == 0 else -term / (2 * k + 1)
            term /= n * n
            k += 1
        return total

    with localcontext() as context:
        context.prec = digits + 10
        return 4 * (4 * arctan_inverse(5) - arctan_inverse(239))


def normal_cdf(z):
    return erfc(-real(z) / D(2).sqrt()) / 2


def two_sided_p(z):
    return erfc(abs(real(z)) / D(2).sqrt())


def upper_quantile(tail):
    """The z with the probability `tail` above it."""
    tail = real(tail)
    if tail > D("0.5"):
        return -upper_quantile(1 - tail)
    if tail == D("0.5"):
        return D(0)
    z = D(-NormalDist().inv_cdf(float(tail)))
    for _ in range(8):
        density = (-z * z / 2).exp() / (2 * pi(DIGITS)).sqrt()
        z += (erfc(z / D(2).sqrt()) / 2 - tail) / density
    return z


@lru_cache(None)
def two_sided_z(confidence):
    return upper_quantile((1 - real(confidence)) / 2)


@lru_cache(None)
def _bernoulli(count):
    numbers = [F(1)]
    for m in range(1, count + 1):
        total, choose = F(0), 1
        for k in range(m):
            total += choose * numbers[k]
            choose = choose * (m + 1 - k) // (k + 1)
        numbers.append(-total / (m + 1))
    return numbers


@lru_cache(None)
def ln_gamma(x):
    """Stirling's series, after moving x up to where it converges."""
    x = real(x)
    with localcontext() as context:
        context.prec = DIGITS + 20
        shift = D(1)
        while x < 60:
            shift *= x
            x += 1
        total = (x - D("0.5")) * x.ln() - x + (2 * pi(DIGITS + 20)).ln() / 2
        power = x
        for k in range(1, 50):
            b = _bernoulli(100)[2 * k]
            term = real(b) / (2 * k * (2 * k - 1)) / power
            total += term
            power *= x * x
        return total - shift.ln()


def beta_cdf(x, a, b):
    """The regularised incomplete beta function, with its complement."""
    x, a, b = real(x), real(a), real(b)
    if x <= 0:
        return D(0), D(1)
    if x >= 1:
        return D(1), D(0)
    if x > D("0.5"):
        # Fewer terms from the other side.
        upper, lower = beta_cdf(1 - x, b, a)
        return lower, upper
    with localcontext() as context:
        context.prec = DIGITS + 60
        front = a * x.ln() + b * (1 - x).ln()
        front += ln_gamma(a + b) - ln_gamma(a + 1) - ln_gamma(b)
        term = total = D(1)
        n = 0
        while True:
            term *= (a + b + n) / (a + 1 + n) * x
            n += 1
            if total + term == total:
                break
            total += term
        lower = front.exp() * total
        return lower, 1 - lower


def gamma_cdf(x, a):
    """The regularised incomplete gamma function, with its complement."""
    x, a = real(x), real(a)
    if x <= 0:
        return D(0), D(1)
    with localcontext() as context:
        context.prec = DIGITS + 40 + int(x / 2)
        term = total = D(1)
        n = 0
        while True:
            n += 1
            term *= x / (a + n)
            if total + term == total:
                break
            total += term
        lower = (a * x.ln() - x - ln_gamma(a + 1)).exp() * total
        return lower, 1 - lower


def _solve(fraction, target, low, high, rounds=230):
    """Where a rising function takes a value, by halving."""
    for _ in range(rounds):
        middle = (low + high) / 2
        if fraction(middle) < target:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _newton(start, value, slope, target, low, high):
    x = start
    for _ in range(60):
        gap = value(x) - target
        if gap < 0:
            low = x
        else:
            high = x
        step = gap / slope(x)
        new = x - step
        if not low < new < high:
            new = (low + high) / 2
        if abs(new - x) <= abs(x) * D(10) ** -40:
            return new
        x = new
    return x


@lru_cache(None)
def beta_quantile(p, a, b):
    """The x below which p of a beta distribution lies."""
    p, a, b = real(p), real(a), real(b)
    lower = lambda x: beta_cdf(x, a, b)[0]
    norm = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b)
    density = lambda x: (norm + (a - 1) * x.ln() + (b - 1) * (1 - x).ln()).exp()
    start = _solve(lower, p, D(0), D(1), 40)
    return _newton(start, lower, density, p, D(0), D(1))


@lru_cache(None)
def gamma_quantile(p, a):
    p, a = real(p), real(a)
    lower = lambda x: gamma_cdf(x, a)[0]
    norm = ln_gamma(a)
    density = lambda x: ((a - 1) * x.ln() - x - norm).exp()
    high = a + 10
    while lower(high) < p:
        high *= 2
    start = _solve(lower, p, D(0), high, 40)
    return _newton(start, lower, density, p, D(0), high)


def student_p(t, df):
    """P(|T| > |t|)."""
    t, df = real(t), real(df)
    if t == 0:
        return D(1)
    x = df / (df + t * t)
    return beta_cdf(x, df / 2, D("0.5"))[0]


@lru_cache(None)
def student_quantile(tail, df):
    """The t > 0 with `tail` in both tails together."""
    tail, df = real(tail), real(df)
    x = beta_quantile(tail, df / 2, D("0.5"))
    return (df * (1 - x) / x).sqrt()


def log2(x):
    return real(x).ln() / D(2).ln()
