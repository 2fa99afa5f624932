"""How what is written gets onto the disk: who waits in which line, who shares a commit, what a lost connection does."""
