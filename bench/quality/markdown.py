"""How the pages write numbers and tables."""

import math


def number(x):
    if x is None or math.isnan(x):
        return "–"
    return f"{x:.2g}" if abs(x) < 100 else f"{x:.3g}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def with_interval(triple):
    point, low, high = triple
    if math.isnan(low):
        return number(point)
    return f"{number(point)} [{number(low)}, {number(high)}]"


def counted(count, noun):
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def yes_or_no(reached):
    return "yes" if reached else "**no**"
