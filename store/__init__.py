"""The table and the buckets: everything the functions know of AWS. No Flask, no Pillow."""

from __future__ import annotations

from store.methods import use_compiled

use_compiled()  # before any module of ours makes a class
