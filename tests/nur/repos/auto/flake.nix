{
  outputs = inputs: inputs.parts.lib.mkFlake { inherit inputs; } {
    imports = [ ./modules/packages.nix ];
    flake.nixosModules = {
      first = ./modules/first.nix;
    };
  };
}
