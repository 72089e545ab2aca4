"""Payments that wait until the shop confirms that the money came."""
