#!/usr/bin/env python3
# undangle: ignore[UND001]  # expect: UND201
# vim: set fileencoding=latin-1 :
print("text")
