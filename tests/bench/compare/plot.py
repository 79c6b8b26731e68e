"""Small charts as one SVG, without a library for it."""

import html
import math

WIDTH, HEIGHT, PER_ROW = 420, 270, 3
LEFT, RIGHT, TOP, BOTTOM = 56, 88, 40, 44
COLOURS = ("#1f5fbf", "#7a7a7a", "#2e8b57", "#c8741a", "#8a4fbf", "#b03a48", "#168a9c", "#a58a00",
           "#d0559b", "#4a4a4a")
LABEL_HEIGHT = 13


class Panel:
    """Lines over a logarithmic x whose ticks are the points. `lines`: name -> [(x, y)]."""

    def __init__(self, title, x_name, lines, log_y=False):
        self.title = title
        self.x_name = x_name
        self.lines = {name: [point for point in points if point[0] > 0]
                      for name, points in lines.items()}
        self.lines = {name: points for name, points in self.lines.items() if points}
        self.log_y = log_y and all(y > 0 for points in self.lines.values() for _, y in points)

    def xs(self):
        return sorted({x for points in self.lines.values() for x, _ in points})

    def ys(self):
        return [y for points in self.lines.values() for _, y in points]

    def at_x(self, x):
        low, high = self.xs()[0], self.xs()[-1]
        part = math.log(x / low) / math.log(high / low) if high > low else 0.5
        return LEFT + part * (WIDTH - LEFT - RIGHT)

    def y_ticks(self):
        if self.log_y:
            low, high = math.log10(min(self.ys())), math.log10(max(self.ys()))
            return [10.0 ** power for power in range(math.floor(low), math.ceil(high) + 1)]
        step = nice_step(max(self.ys()))
        return [i * step for i in range(math.ceil(max(self.ys()) / step) + 1)]

    def at_y(self, y):
        ticks = self.y_ticks()
        low, high = ticks[0], ticks[-1]
        if self.log_y:
            y, low, high = math.log10(y), math.log10(low), math.log10(high)
        part = (y - low) / (high - low) if high > low else 0.5
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)


def nice_step(highest):
    """Of a linear axis with about four ticks: 1, 2 or 5 times a power of ten."""
    if highest <= 0:
        return 1.0
    rough = highest / 4
    power = 10.0 ** math.floor(math.log10(rough))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)


def text(x, y, words, attributes=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{html.escape(str(words))}</text>'


def axes(panel):
    yield text(LEFT, 22, panel.title, 'font-weight="bold"')
    yield text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, panel.x_name, 'text-anchor="middle"')
    for y in panel.y_ticks():
        at = panel.at_y(y)
        yield (f'<line x1="{LEFT}" y1="{at:.1f}" x2="{WIDTH - RIGHT}" y2="{at:.1f}" '
               'stroke="#e3e3e3"/>')
        yield text(LEFT - 6, at + 4, f"{y:,.10g}", 'text-anchor="end"')
    for x in panel.xs():
        yield text(panel.at_x(x), HEIGHT - BOTTOM + 16, f"{x:,}", 'text-anchor="middle"')


def name_places(panel):
    """Each line's name stands at its end, and none on another's."""
    places, floor = {}, -math.inf
    for name in sorted(panel.lines, key=lambda name: panel.at_y(panel.lines[name][-1][1])):
        floor = max(panel.at_y(panel.lines[name][-1][1]) + 4, floor + LABEL_HEIGHT)
        places[name] = floor
    return places


def drawn(panel, colours):
    yield from axes(panel)
    places = name_places(panel)
    for name, points in panel.lines.items():
        colour = colours[name]
        places_of_points = [(panel.at_x(x), panel.at_y(y)) for x, y in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places_of_points)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        for x, y in places_of_points:
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>'
        yield text(places_of_points[-1][0] + 8, places[name], name, f'fill="{colour}"')


def svg(panels, subtitle):
    panels = [panel for panel in panels if panel.lines]
    names = dict.fromkeys(name for panel in panels for name in panel.lines)
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    rows = max(1, math.ceil(len(panels) / PER_ROW))
    width, height = WIDTH * min(PER_ROW, max(1, len(panels))), HEIGHT * rows + 24
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
             f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11">',
             f'<rect width="{width}" height="{height}" fill="white"/>',
             text(LEFT, height - 8, subtitle, 'fill="#666666"')]
    for i, panel in enumerate(panels):
        x, y = i % PER_ROW * WIDTH, i // PER_ROW * HEIGHT
        parts += [f'<g transform="translate({x},{y})">', *drawn(panel, colours), "</g>"]
    return "\n".join(parts + ["</svg>", ""])
