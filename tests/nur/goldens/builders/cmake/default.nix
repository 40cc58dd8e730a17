{
  lib,
  stdenv,
  fetchFromGitLab,
  cmake,
  pkg-config,
  boost,
  zeromq,
  debug ? false,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "new-cmake";
  version = "1.2.0";

  src = fetchFromGitLab {
    domain = "gitlab.inria.fr";
    owner = "orchestra";
    repo = "pulse";
    rev = "v${finalAttrs.version}";
    # Not fetched yet: `nix-build -A new-cmake` tells the hash.
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

  cmakeBuildType = if debug then "Debug" else "Release";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

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
