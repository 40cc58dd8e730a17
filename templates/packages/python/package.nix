{{ arguments }}

{{ "python3Packages.buildPythonPackage" if extra.library else "python3Packages.buildPythonApplication" }} rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};
  pyproject = true;

  {{ src | indent(2) }}

{% if extra.cargo %}
  cargoDeps = rustPlatform.fetchCargoVendor {
    inherit pname version src{{ " sourceRoot" if folder }};
    # It depends on the version: the build tells it.
    hash = {{ fake }};
  };

{% elif "rustPlatform" in argument_names %}
  # Upstream has no Cargo.lock here: make one with cargo, copy it in postPatch, and add
  # rustPlatform.cargoSetupHook and cargoDeps = rustPlatform.importCargoLock { … }.
{% endif %}
  build-system = {{ backend | nix(2) }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
{% if extra.cmake %}
  # The build backend calls it.
  dontUseCmakeConfigure = true;

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
