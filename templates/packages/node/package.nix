{{ arguments }}

buildNpmPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if not extra.lock %}
  # Upstream has {{ extra.other_lock ~ " and " if extra.other_lock }}no package-lock.json: make one with npm and copy it in postPatch.
{% endif %}
  # It depends on the version: the build tells it.
  npmDepsHash = {{ fake }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
{% if not extra.build %}
  dontNpmBuild = true;
{% endif %}
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
}
