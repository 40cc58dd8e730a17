"""What a user decides in a terminal: screens with every answer, drawn or read out."""
