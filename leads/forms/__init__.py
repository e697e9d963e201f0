"""Forms about customers, a module for each thing that people do."""
