{
  lib,
  buildNpmPackage,
  fetchFromGitHub,
}:

buildNpmPackage rec {
  pname = "lute";
  version = "4.4.0";

  src = fetchFromGitHub {
    owner = "orchestra";
    repo = "lute";
    rev = "v${version}";
    # Not fetched yet: `nix-build -A new-node` tells the hash.
    hash = lib.fakeHash;
  };

  # It depends on the version: the build tells it.
  npmDepsHash = lib.fakeHash;

  strictDeps = true;
  doCheck = false;

  meta = {
    description = "Lute for the shell";
    homepage = "https://lute.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "lute";
  };
}
