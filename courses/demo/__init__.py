"""What the demo teaches: the drafts of C04 beside the code that reads and plants them."""
