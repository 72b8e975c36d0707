from twice.jobs import *
