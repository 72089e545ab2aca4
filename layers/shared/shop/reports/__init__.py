"""Figures: dashboards of customers, reports of admins."""
