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
  makeFlags = [ "PREFIX=${placeholder "out"}" ];

{% if debug %}
  env.NIX_CFLAGS_COMPILE = lib.optionalString debug "-g -O0";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

{% endif %}
{% if p.tests and extra.test_target == "test" %}
  checkTarget = "test";
{% endif %}
  doCheck = {{ p.tests | nix }};

{% if not extra.install %}
  # The Makefile has no install target.
  installPhase = ''
    runHook preInstall
    install -Dm755 -t $out/bin {{ (p.main_program or pname) | sh }}
    runHook postInstall
  '';

{% endif %}
  {{ meta | indent(2) }}
})
