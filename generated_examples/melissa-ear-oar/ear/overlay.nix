# Adds EAR. kapack's package of it is broken or has a private source, on every branch.
final: _prev: {
  ear = final.callPackage ./package.nix { };
}
