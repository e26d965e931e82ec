#!/usr/bin/env python3
"""Docstring with 'quotes' and a \t tab."""
from __future__ import annotations
import os, sys as system
from typing import (Optional, List)

@decorator.with_args(1, key="v")
class Näme(Base, metaclass=Meta):
    x: int = 0b10 + 0xFF + 1_000 + 3.5e-2j
    async def f(self, *args: int, **kw) -> Optional[str]:
        """Doc."""
        if not args and x is None or y in (1, 2): return f"{self.x!r:>{10}} {{}} {kw['a']}"
        elif (n := len(args)) > 3: raise ValueError(r"raw\d" b"bytes") from err
        else: yield from (i ** 2 for i in range(10) if i % 2 == 0)
        try: await g(lambda a, b=1: a + b)
        except (A, B) as e: pass
        finally: del x[1:2, ...]
        with open("a") as fh, open('b'): print(f'{x}', file=sys.stderr, end='')  # comment
        global z; nonlocal q; assert x, "no"
        regex = re.compile(r"^(?P<year>\d{4})-[a-z]+$")
