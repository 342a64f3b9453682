"""What analysts see: partition files, expectations, and the published database."""
