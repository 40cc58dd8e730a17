{{ arguments }}

luaPackages.buildLuarocksPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  # Each version has its rockspec; this one was in the source that was looked at.
  rockspecVersion = {{ extra.rockspec_version | nix }};
  rockspecFilename = {{ extra.rockspec | nix }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
{% if propagated %}
  propagatedBuildInputs = {{ propagated | nix(2) }};

{% endif %}
  doCheck = false;

  {{ meta | indent(2) }}
}
