# the usual
