"""Pictures of the lessons, drawn by draw.py."""
