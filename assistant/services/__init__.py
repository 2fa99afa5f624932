"""What the product does: one function per action, one transaction per action."""
