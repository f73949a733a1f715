"""A sample district to look at: ``play`` puts 24 invented months into a new ledger.

The units are real (see ``people``), everything else is invented and plainly says so.
"""

from ledger.demo.story import play

__all__ = ["play"]
