{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  yarnOfflineCache = fetchYarnDeps {
    yarnLock = "${finalAttrs.src}/yarn.lock";
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
    yarn --offline build
    runHook postBuild
  '';
{% else %}
  dontBuild = true;
{% endif %}
  doCheck = false;

  {{ meta | indent(2) }}
})
