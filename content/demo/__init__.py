"""The words the demo brings: the site's own pages, the register of laws, the competency frame. Data beside code."""
