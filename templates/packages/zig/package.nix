{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if extra.zig_dependencies %}
  {{ ("Upstream fetches " ~ extra.zig_dependencies | join(", ") ~ " while it builds, which the sandbox forbids: write them to build.zig.zon.nix with zon2nix, and link what it gives to $ZIG_GLOBAL_CACHE_DIR/p in postConfigure.") | wordwrap(90) | nixcomment | indent(2) }}
{% endif %}
{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
})
