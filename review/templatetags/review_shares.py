"""How sure a value is, in words of a template."""

from django import template

from review.thresholds import certainty

register = template.Library()
register.filter("certainty", certainty)
