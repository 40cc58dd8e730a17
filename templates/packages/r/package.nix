{{ arguments }}

rPackages.buildRPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
{% if propagated %}
  propagatedBuildInputs = {{ propagated | nix(2) }};
{% endif %}
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
}
