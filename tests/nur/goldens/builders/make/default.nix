{
  lib,
  stdenv,
  fetchurl,
  debug ? false,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "new-make";
  version = "0.9";

  src = fetchurl {
    url = "https://example.org/bell-${finalAttrs.version}.tar.gz";
    # Not fetched yet: `nix-build -A new-make` tells the hash.
    hash = lib.fakeHash;
  };

  strictDeps = true;
  enableParallelBuilding = true;
  makeFlags = [ "PREFIX=${placeholder "out"}" ];

  env.NIX_CFLAGS_COMPILE = lib.optionalString debug "-g -O0";
  hardeningDisable = lib.optionals debug [ "fortify" ];
  dontStrip = debug;

  doCheck = true;

  meta = {
    description = "Bell";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
})
