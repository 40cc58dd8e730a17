"""The rules, a module for each family; a module that is added here is found by itself."""
