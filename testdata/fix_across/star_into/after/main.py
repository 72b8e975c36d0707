from jobs import *

submit([1])
