{
  # my-module = ./my-module;
  pulse = ./pulse.nix;
}
