"""What every HTTP function shares: routing, authentication, pagination, problems."""
