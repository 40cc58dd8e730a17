{{ arguments }}

stdenvNoCC.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  dontConfigure = true;
  dontBuild = true;
  doCheck = false;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/share/{{ pname | sh }}
    cp -r . $out/share/{{ pname | sh }}
    runHook postInstall
  '';

  {{ meta | indent(2) }}
})
