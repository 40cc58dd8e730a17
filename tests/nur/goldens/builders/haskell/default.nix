{
  lib,
  haskellPackages,
  fetchFromGitHub,
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
  libraryHaskellDepends = [ haskellPackages.aeson ];
  executableHaskellDepends = [ haskellPackages.optparse-applicative ];
  testHaskellDepends = [ haskellPackages.hspec ];
  doCheck = true;

  description = "Tuba player";
  homepage = "https://github.com/orchestra/tuba";
  license = lib.licenses.mit;
  maintainers = [ ];
  platforms = lib.platforms.linux;
  mainProgram = "tuba";
}
