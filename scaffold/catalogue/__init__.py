"""Services, parts, stacks, releases and flavours, read from data and checked."""
