"""Doors of learning: parse, ask or act once, answer."""
