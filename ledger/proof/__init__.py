"""Proof that nothing was changed: the tree of leaves, in the public formats of certificate transparency."""
