"""Screening: reading numbers, names, companies and whole reports, and saying who a newcomer may be. Pure; docs/screening.md explains it."""
