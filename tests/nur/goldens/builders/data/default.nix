{
  lib,
  stdenvNoCC,
  fetchFromSourcehut,
}:

stdenvNoCC.mkDerivation (finalAttrs: {
  pname = "new-data";
  version = "1.0";

  src = fetchFromSourcehut {
    owner = "~orchestra";
    repo = "themes";
    rev = "r1";
    # Not fetched yet: `nix-build -A new-data` tells the hash.
    hash = lib.fakeHash;
  };

  dontConfigure = true;
  dontBuild = true;
  doCheck = false;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/share/new-data
    cp -r . $out/share/new-data
    runHook postInstall
  '';

  meta = {
    description = "Colours";
    homepage = "https://git.sr.ht/~orchestra/themes";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
})
