"""What every HTTP function shares: the resolver, who is calling, errors, pages, and the shapes of bodies."""
