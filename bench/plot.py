"""A line chart in SVG, both axes logarithmic: enough for a time over a number of worklists."""

import math

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 80, 170, 40, 50
COLOURS = ["#1b6ca8", "#7a4fa3", "#c2571a", "#2d7d46", "#888888", "#b8860b"]


def _ticks(low, high):
    return [10.0**e for e in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)]


def _seconds(us):
    return f"{us:g} µs" if us < 1e3 else f"{us / 1e3:g} ms" if us < 1e6 else f"{us / 1e6:g} s"


def lines(title, series):
    """`series` is {name: [(worklists, microseconds), ...]}; the text of an SVG file."""
    points = [point for line in series.values() for point in line]
    xs, ys = _ticks(*_range(x for x, _ in points)), _ticks(*_range(y for _, y in points))

    def place(value, ticks, start, end):
        low, high = math.log10(ticks[0]), math.log10(ticks[-1])
        return start + (end - start) * (math.log10(value) - low) / ((high - low) or 1)

    def at(x, y):
        return place(x, xs, LEFT, WIDTH - RIGHT), place(y, ys, HEIGHT - BOTTOM, TOP)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        f'<text x="{LEFT}" y="20" font-size="14">{title}</text>',
        f'<text x="{LEFT}" y="{HEIGHT - 10}">worklists in the folder</text>',
    ]
    for y in ys:
        _, v = at(xs[0], y)
        out.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{v:.1f}" y2="{v:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{v + 4:.1f}" text-anchor="end">{_seconds(y)}</text>')
    for x in xs:
        h, _ = at(x, ys[0])
        out.append(f'<text x="{h:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{x:,.0f}</text>')
    labels = []
    for (name, line), colour in zip(series.items(), COLOURS):
        places = [at(*point) for point in sorted(line)]
        path = " ".join(f"{h:.1f},{v:.1f}" for h, v in places)
        out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        out += [f'<circle cx="{h:.1f}" cy="{v:.1f}" r="3" fill="{colour}"/>' for h, v in places]
        labels.append((places[-1][1], name, colour))
    below = TOP - 14.0
    for v, name, colour in sorted(labels):  # apart, where lines end close to each other
        below = max(v, below + 14)
        out.append(f'<text x="{WIDTH - RIGHT + 10}" y="{below + 4:.1f}" fill="{colour}">{name}</text>')
    return "\n".join(out + ["</svg>", ""])


def _range(values):
    values = list(values)
    return min(values), max(values)
