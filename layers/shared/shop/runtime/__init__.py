"""What every function runs on: settings, log, metrics, AWS clients."""
