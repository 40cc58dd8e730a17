{
  lib,
  haskellPackages,
  fetchFromGitHub,
  zlib,
}:

haskellPackages.mkDerivation rec {
  pname = "tuba";
  version = "0.2.0.1";

  src = fetchFromGitHub {
    owner = "orchestra";
    repo = "tuba";
    rev = "v${version}";
    # Not fetched yet: `nix-build -A new-haskell` tells the hash.
    hash = lib.fakeHash;
  };

  isLibrary = true;
  isExecutable = true;
  libraryHaskellDepends = [
    haskellPackages.aeson
    haskellPackages.vector
  ];
  libraryToolDepends = [ haskellPackages.alex ];
  libraryPkgconfigDepends = [ zlib ];
  # Not known by its name in nixpkgs: unheard-of (pkg-config)
  executableHaskellDepends = [ haskellPackages.optparse-applicative ];
  testHaskellDepends = [ haskellPackages.hspec ];
  testToolDepends = [ haskellPackages.hspec-discover ];
  doCheck = true;

  description = "Tuba player";
  homepage = "https://github.com/orchestra/tuba";
  license = lib.licenses.mit;
  maintainers = [ ];
  platforms = lib.platforms.linux;
  mainProgram = "tuba";
}
