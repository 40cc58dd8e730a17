{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
  enableParallelBuilding = true;

{% if debug %}
  env.NIX_CFLAGS_COMPILE = lib.optionalString debug "-g -O0";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

{% endif %}
  doCheck = {{ p.tests | nix }};

  {{ meta | indent(2) }}
})
