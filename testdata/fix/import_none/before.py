#!/usr/bin/env python3
# A licence.

# About f.
def f(loop, x):
    loop.create_task(x())
