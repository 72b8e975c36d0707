from .middle import *
