{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";

  outputs = { self, nixpkgs }:
    let
      system = "x86_64-linux";
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      packages.${system} = {
        first = pkgs.callPackage ./nix/first.nix { };
        pulse = pkgs.callPackage ./nix/pulse.nix { };
        zebra = pkgs.hello;
      };
    };
}
