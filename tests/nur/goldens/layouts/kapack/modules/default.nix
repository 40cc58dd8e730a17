{
  oar = ./services/oar.nix;
  pulse = ./services/pulse.nix;
  # colmet = ./services/colmet.nix;
}
