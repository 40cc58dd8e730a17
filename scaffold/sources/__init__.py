"""Where sources come from: addresses, kinds, tags, hashes."""
