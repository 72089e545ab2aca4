"""Settings, log, metrics and AWS clients, which every function needs."""
