# SPDX-License-Identifier: GPL-2.0-or-later
"""What the project's pictures share: panels over one horizontal axis, and their elements as SVG."""

from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 900, 62, 24
POINT_PX = 0.8                          # a line's points are at least so far apart

STYLE = """
text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;font-size:12px;fill:#46566a}
.paper{fill:#fdfefe;stroke:#d5dde6}.title{font-size:19px;font-weight:600;fill:#17263a}.sub{font-size:13px}
.grid{stroke:#e3e9ef;stroke-width:1}.zero{stroke:#a9b6c4;stroke-width:1}.head{font-weight:600;fill:#2b3c50}
@media (prefers-color-scheme:dark){text{fill:#a9b8c9}.paper{fill:#0f1722;stroke:#2b3a4c}.title{fill:#eef4fb}.head{fill:#d5e0ec}
.grid{stroke:#223043}.zero{stroke:#50627a}}
"""                                     # of paper, words and scales; dark where the reader's system is dark


def minus(value, unit):
    return f"{value:g} {unit}".replace("-", "−")


@dataclass
class Panel:
    """A rectangle with a vertical scale."""
    top: float
    bottom: float
    low: float
    high: float

    def y(self, value):
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.bottom - share * (self.bottom - self.top)


class Picture:
    """Elements of the SVG in the order in which they are painted."""

    def __init__(self, start, end, height, style):
        """From @start to @end of the horizontal axis; @style is what STYLE does not have."""
        self.start, self.end = start, end
        self.height, self.style = height, (STYLE + style).replace("\n", "")
        self.parts = []

    def x(self, moment):
        share = (min(max(moment, self.start), self.end) - self.start) / (self.end - self.start)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def rect(self, kind, x0, y0, x1, y1, extra=""):
        self.parts.append(f'<rect class="{kind}" x="{x0:.1f}" y="{y0:.1f}" width="{max(x1 - x0, 0):.1f}" '
                          f'height="{max(y1 - y0, 0):.1f}"{extra}/>')

    def line(self, kind, x0, y0, x1, y1):
        self.parts.append(f'<path class="{kind}" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}"/>')

    def text(self, x, y, text, kind="", anchor="start"):
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
                          + (f' class="{kind}"' if kind else "") + f'>{escape(text)}</text>')

    def points(self, panel, time, values):
        """Screen positions, in pieces where values are missing, no denser than POINT_PX."""
        pieces, piece = [], []
        for moment, value in zip(time, values):
            if value is None or not self.start <= moment <= self.end:
                if piece:
                    pieces.append(piece)
                piece = []
                continue
            x = self.x(moment)
            if not piece or x - piece[-1][0] >= POINT_PX:
                piece.append((x, panel.y(value)))
        return pieces + [piece] if piece else pieces

    def curve(self, kind, panel, time, values):
        for piece in self.points(panel, time, values):
            self.parts.append(f'<path class="{kind}" d="M' + "L".join(f"{x:.1f} {y:.1f}" for x, y in piece) + '"/>')

    def area(self, kind, panel, time, values):
        for piece in self.points(panel, time, values):
            edge = "L".join(f"{x:.1f} {y:.1f}" for x, y in piece)
            self.parts.append(f'<path class="{kind}" d="M{piece[0][0]:.1f} {panel.bottom:.1f}L{edge}'
                              f'L{piece[-1][0]:.1f} {panel.bottom:.1f}Z"/>')

    def svg(self):
        return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height}" '
                f'viewBox="0 0 {WIDTH} {self.height}" role="img">\n<style>{self.style}</style>\n'
                + "\n".join(self.parts) + "\n</svg>\n")
