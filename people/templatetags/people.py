"""Filters of the pages about people: what somebody sits at, and where."""

from django import template

from people.devices import device_words, rough_address

register = template.Library()
register.filter("device", device_words)
register.filter("rough", rough_address)
