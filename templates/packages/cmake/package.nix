{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;

{% if debug %}
  cmakeBuildType = if debug then "Debug" else "Release";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

{% endif %}
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
})
