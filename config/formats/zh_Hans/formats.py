"""Dates as a Chinese desk reads them: 4月28日 周二 14:05."""

DATE_FORMAT = "Y年n月j日"
SHORT_DATE_FORMAT = "n月j日"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "n月j日 D H:i"
SHORT_DATETIME_FORMAT = "n月j日 H:i"
