"""NUR repositories: package expressions that NUR or a newer nixpkgs refuses, and old habits."""
