{
  lib,
  ruby,
  fetchurl,
  buildRubyGem,
}:

buildRubyGem rec {
  inherit ruby;
  gemName = pname;
  pname = "bongo";
  version = "1.0.2";

  # Not fetched yet: `nix-build -A new-gem` tells the hash.
  source.sha256 = lib.fakeHash;

  doCheck = false;

  meta = {
    description = "Plays the bongo";
    homepage = "https://bongo.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "bongo";
  };
}
