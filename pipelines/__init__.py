"""Pure functions, text in, tables out: reports → passages → statements → observations → comparison."""
