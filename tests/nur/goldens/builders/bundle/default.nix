{
  lib,
  ruby,
  fetchFromGitea,
  bundlerEnv,
  stdenv,
}:

let
  # Gemfile, Gemfile.lock and gemset.nix lie beside this file: nix-shell -p bundix --run "bundix -l"
  # writes gemset.nix with its hashes.
  gems = bundlerEnv {
    name = "new-bundle-gems";
    inherit ruby;
    gemdir = ./.;
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = "new-bundle";
  version = "1.0";

  src = fetchFromGitea {
    domain = "codeberg.org";
    owner = "orchestra";
    repo = "sinatra-app";
    rev = "v${finalAttrs.version}";
    # Not fetched yet: `nix-build -A new-bundle` tells the hash.
    hash = lib.fakeHash;
  };

  buildInputs = [
    gems
    gems.wrappedRuby
  ];
  strictDeps = true;
  dontBuild = true;
  doCheck = false;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/share/new-bundle
    cp -r . $out/share/new-bundle
    runHook postInstall
  '';

  meta = {
    description = "Application of Sinatra";
    homepage = "https://codeberg.org/orchestra/sinatra-app";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
})
