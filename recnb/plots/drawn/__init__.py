"""Drawn diagrams, each of them one idea of a lesson in a picture."""
