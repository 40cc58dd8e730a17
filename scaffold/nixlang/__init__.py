"""Nix and other source text: quoting, values, one lossless parser, edits.

Reading a Nix file, whoever wrote it, and editing it:

- :func:`scaffold.nixlang.parser.parse` gives the tree of a text; the same text is parsed once a
  run. It takes every file that nix takes, and raises ``NixSyntaxError`` with the line for others.
  Read a file with ``errors="surrogateescape"``: nix takes bytes that are no UTF-8 in comments and
  strings, and they are written back as they were.
- :class:`scaffold.nixlang.nodes.Node`, ``Binding``, ``Formals``: what the tree is made of;
  :func:`scaffold.nixlang.nodes.walk` yields every node. Places are offsets in the text;
  :mod:`scaffold.nixlang.places` turns them into line and column, and nix's own places into
  offsets.
- :mod:`scaffold.nixlang.lookup`: what ``services.nginx.enable`` names in a set (``value_of``,
  ``binding_of``, ``bindings_of``).
- :func:`scaffold.nixlang.strings.string_value`: the text that a string literal stands for.
- :func:`scaffold.nixlang.lexer.comments`: the comments with their places.
- :mod:`scaffold.nixlang.edits`: ``insert_binding``, ``delete_binding``, ``replace_node``,
  ``insert_element`` return edits, ``apply_edits`` the new text; every other byte stays.

>>> tree = parse("{ a.b = 1; }")
>>> apply_edits("{ a.b = 1; }", [replace_node(value_of(tree, "a.b"), "2")])
'{ a.b = 2; }'
"""
