{{ arguments }}

{{ "python3Packages.buildPythonPackage" if extra.library else "python3Packages.buildPythonApplication" }} rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};
  pyproject = true;

  {{ src | indent(2) }}

  build-system = {{ backend | nix(2) }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
{% if propagated %}
  dependencies = {{ propagated | nix(2) }};

{% endif %}
{% if p.tests and check %}
  nativeCheckInputs = {{ check | nix(2) }};

{% elif not p.tests %}
  doCheck = false;

{% endif %}
{% if extra.module %}
  pythonImportsCheck = [ {{ extra.module | nix }} ];

{% endif %}
  {{ meta | indent(2) }}
}
