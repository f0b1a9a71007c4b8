"""What experiments share, without Qt: arrays, numbers, metrics, points and their editing, the record of a run, exchange
and states."""
