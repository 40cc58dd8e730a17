{
  lib,
  rustPlatform,
  fetchCrate,
  pkg-config,
  openssl,
}:

rustPlatform.buildRustPackage rec {
  pname = "cello";
  version = "5.0.1";

  src = fetchCrate {
    inherit pname version;
    # Not fetched yet: `nix-build -A new-rust` tells the hash.
    hash = lib.fakeHash;
  };

  # It depends on the version: the build tells it.
  cargoHash = lib.fakeHash;

  nativeBuildInputs = [ pkg-config ];
  buildInputs = [ openssl ];

  strictDeps = true;
  doCheck = true;

  meta = {
    description = "Cello";
    homepage = "https://cello.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "cello";
  };
}
