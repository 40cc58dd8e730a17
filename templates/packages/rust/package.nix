{{ arguments }}

rustPlatform.buildRustPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if not extra.lock %}
  # Upstream has no Cargo.lock here: make one with cargo, copy it in postPatch, and take
  # cargoLock.lockFile instead of cargoHash.
{% endif %}
  # It depends on the version: the build tells it.
  cargoHash = {{ fake }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
}
