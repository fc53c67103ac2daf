"""The table and the buckets: everything the functions know of AWS. No Flask, no Pillow."""
