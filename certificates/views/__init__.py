"""The doors of certificates: hers (mine.py) and everybody's (verify.py)."""
