"""The rules: a package for each family, a module for each thing that is looked at.

A module that is added to a family is found by itself.
"""
