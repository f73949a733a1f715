"""The scenes: each a small function that adds one case to the plot that an auditor would want to see."""
