"""Settings, log, metrics and AWS clients of the functions."""
