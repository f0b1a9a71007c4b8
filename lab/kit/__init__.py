"""What experiments share, without Qt: read-only arrays, checked numbers, the record of a run, exchange and states."""
