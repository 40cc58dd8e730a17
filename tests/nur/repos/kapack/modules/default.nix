{
  oar = ./services/oar.nix;
  # colmet = ./services/colmet.nix;
}
