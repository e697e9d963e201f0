"""Dates as an English reader expects them beside the Chinese: 28 Apr 2025, 14:05."""

DATE_FORMAT = "j M Y"
SHORT_DATE_FORMAT = "j M"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
SHORT_DATETIME_FORMAT = "j M, H:i"
