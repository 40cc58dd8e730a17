{{ arguments }}

rustPlatform.buildRustPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  # It depends on the version: the build tells it.
  cargoHash = {{ fake }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
}
