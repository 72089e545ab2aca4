"""Figures: dashboards of customers and reports of admins."""
