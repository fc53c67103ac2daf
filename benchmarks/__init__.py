"""One script per question; README.md has the figures and the machine they came from."""
