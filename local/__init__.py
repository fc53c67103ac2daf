"""`python -m local`: the whole of Contact Sheet on one machine, with nothing to sign up for."""
