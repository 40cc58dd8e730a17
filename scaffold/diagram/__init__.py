"""The hosts of a composition as boxes and arrows: Mermaid, DOT, SVG."""
