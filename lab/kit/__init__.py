"""What experiments share, without Qt: read-only arrays, checked numbers, the record of a run, tables and exchange."""
