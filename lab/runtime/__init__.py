"""Plain threads and files: the worker, the mailbox, history, the shelf, sessions. No Qt."""
