{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  pnpmDeps = fetchPnpmDeps {
    inherit (finalAttrs) pname version src;
    fetcherVersion = 3;
    # It depends on the version: the build tells it.
    hash = {{ fake }};
  };

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  strictDeps = true;
{% if extra.build %}

  buildPhase = ''
    runHook preBuild
    pnpm run build
    runHook postBuild
  '';
{% else %}
  dontBuild = true;
{% endif %}
  # npm cannot prune what pnpm has installed.
  dontNpmPrune = true;
  doCheck = false;

  {{ meta | indent(2) }}
})
