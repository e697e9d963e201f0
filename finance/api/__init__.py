"""The API of money: the same services as the pages."""
