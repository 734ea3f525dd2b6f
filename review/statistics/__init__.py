"""What do the decisions of people tell? Figures over whole workspaces, each from one or two bounded queries.

Every function takes the ids of workspaces; who asks has looked up which ones the viewer may see. Days are UTC. Shares
are between 0 and 1.
"""

from review.statistics.documents import Day, Queue, by_day, failures, queue, unseen_share
from review.statistics.periods import MOST_NAMES, Ids, Period
from review.statistics.reviews import (
    Bin,
    Median,
    Rate,
    field_rates,
    recent,
    reliability,
    review_time,
    review_times,
    vendor_rates,
)
from review.statistics.thresholds import Point, curve

__all__ = [
    "MOST_NAMES",
    "Bin",
    "Day",
    "Ids",
    "Median",
    "Period",
    "Point",
    "Queue",
    "Rate",
    "by_day",
    "curve",
    "failures",
    "field_rates",
    "queue",
    "recent",
    "reliability",
    "review_time",
    "review_times",
    "unseen_share",
    "vendor_rates",
]
