"""Joins the rooms: add, extract, build, query, export, explain. The only floor that knows all of them."""
