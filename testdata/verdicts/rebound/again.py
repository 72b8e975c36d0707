from elsewhere import DEBUG
from util import spawn

if DEBUG:
    spawn = print
