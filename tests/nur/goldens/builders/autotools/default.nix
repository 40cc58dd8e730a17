{
  lib,
  stdenv,
  fetchgit,
  autoreconfHook,
  bison,
  pkg-config,
  openssl,
  debug ? false,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "new-autotools";
  version = "2.3";

  src = fetchgit {
    url = "https://git.example.org/harp.git";
    rev = "v${finalAttrs.version}";
    # Not fetched yet: `nix-build -A new-autotools` tells the hash.
    hash = lib.fakeHash;
  };

  nativeBuildInputs = [
    autoreconfHook
    bison
    pkg-config
  ];
  # Optional, not used: zlib
  buildInputs = [ openssl ];

  strictDeps = true;
  enableParallelBuilding = true;

  env.NIX_CFLAGS_COMPILE = lib.optionalString debug "-g -O0";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

  doCheck = true;

  meta = {
    description = "Harp";
    homepage = "https://harp.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "harp";
  };
})
