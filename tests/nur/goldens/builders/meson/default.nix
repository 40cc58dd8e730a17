{
  lib,
  stdenv,
  fetchFromGitLab,
  meson,
  ninja,
  pkg-config,
  procset,
  zlib,
  debug ? false,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "new-meson";
  version = "0.4.1";

  src = fetchFromGitLab {
    domain = "framagit.org";
    owner = "orchestra/group";
    repo = "flute";
    rev = "v${finalAttrs.version}";
    # Not fetched yet: `nix-build -A new-meson` tells the hash.
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [
    meson
    ninja
    pkg-config
  ];
  # Optional, not used: libcap
  buildInputs = [
    procset
    zlib
  ];

  strictDeps = true;

  mesonBuildType = if debug then "debug" else "release";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

  doCheck = true;

  meta = {
    description = "Flute";
    homepage = "https://framagit.org/orchestra/group/flute";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "flute";
  };
})
