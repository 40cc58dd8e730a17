"""What is told: tables, sentences, JSON, help texts."""
