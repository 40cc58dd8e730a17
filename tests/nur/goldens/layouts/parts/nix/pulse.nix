{
  lib,
  stdenv,
  fetchFromGitLab,
  cmake,
  pkg-config,
  boost,
  zeromq,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "pulse";
  version = "1.2.0";

  src = fetchFromGitLab {
    domain = "gitlab.inria.fr";
    owner = "orchestra";
    repo = "pulse";
    tag = "v${finalAttrs.version}";
    # Not fetched yet: `nix build .#pulse` tells the hash.
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [
    cmake
    pkg-config
  ];
  # Not known by its name in nixpkgs: Unheard (cmake)
  # Optional, not used: gtest
  buildInputs = [
    boost
    zeromq
  ];

  strictDeps = true;

  doCheck = true;

  meta = {
    description = "Pulse counter";
    homepage = "https://pulse.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "pulse";
  };
})
