"""The two small tables of this experiment. Nobody measured them: they were written for the lab, to look like
what a lemonade stall and a school class might note down. The first rows are the ones to learn from, the row
after them is the question, and the rest are the new points."""

from __future__ import annotations

__all__ = ["LEMONADE", "SEEN", "SHOES"]

SEEN = 10

LEMONADE = (
    # temperature in °C, cups sold
    *((18, 28), (22, 47), (25, 49), (27, 63), (29, 61), (31, 78), (20, 39), (24, 55), (33, 76), (21, 35)),
    (30, 71),
    *((19, 27), (23, 44), (26, 62), (28, 58), (32, 81), (17, 22), (30, 66), (25, 57), (21, 43), (34, 88)),
    *((27, 54), (22, 38), (29, 73), (16, 24), (24, 46), (31, 69), (20, 31), (26, 53), (33, 84), (28, 69)),
)

SHOES = (
    # European shoe size, height in cm
    *((37, 161), (42, 178), (39, 164), (44, 185), (36, 154), (41, 170), (38, 166), (43, 176), (40, 174)),
    (45, 184),
    (41, 175),
    *((38, 159), (42, 173), (36, 158), (44, 179), (39, 169), (46, 191), (40, 166), (37, 157), (43, 183)),
    *((41, 178), (38, 163), (45, 190), (39, 172), (42, 181), (36, 151), (40, 170), (43, 174), (37, 164)),
    *((44, 187), (41, 168)),
)
