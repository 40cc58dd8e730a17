# The throw-away keys of nixpkgs' own tests, which many compositions import; here by name only.
_: {
  snakeOilPrivateKey = "stand-in";
  snakeOilPublicKey = "stand-in";
  snakeOilEd25519PrivateKey = "stand-in";
  snakeOilEd25519PublicKey = "stand-in";
}
