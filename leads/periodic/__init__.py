"""What a period of the sales department came to (例行工作): each module works out one kind of `people.routines`."""
