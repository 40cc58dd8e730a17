{
  description = "OAR cluster with the users' homes on NFS";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
    kapack.url = "github:oar-team/nur-kapack/25.05";
    kapack.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      nxc,
      kapack,
    }:
    let
      system = "x86_64-linux";
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
        composition = ./composition.nix;
        flavours = nixpkgs.lib.getAttrs [
          "vm"
          "docker"
          "g5k-nfs-store"
        ] nxc.lib.flavours;

        # kapack comes as an overlay. Without this null, nxc would add one of its own that hides it.
        NUR = null;
        overlays = [
          (final: _prev: {
            nur.repos.kapack = import "${kapack}/nur.nix" { pkgs = final; };
          })
        ];
        extraConfigurations = [ kapack.nixosModules.oar ];
      };

      # `nxc build -L` reads this name, although Nix calls it deprecated.
      defaultPackage.${system} = self.packages.${system}."composition::vm";

      devShells.${system}.default = nxc.devShells.${system}.nxcShell;

      formatter.${system} = nixpkgs.legacyPackages.${system}.nixfmt-rfc-style;
    };
}
