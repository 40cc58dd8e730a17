{
  outputs = inputs: inputs.parts.lib.mkFlake { inherit inputs; } {
    systems = [ "x86_64-linux" ];
    perSystem = { pkgs, ... }: {
      packages.first = pkgs.callPackage ./nix/first.nix { };
      packages.pulse = pkgs.callPackage ./nix/pulse.nix { };
      packages.second = pkgs.hello;
    };
  };
}
