from datetime import timedelta

CODE_MINUTES = 5
CODE_LIFE = timedelta(minutes=CODE_MINUTES)
SLIP_LIFE = timedelta(days=30)
