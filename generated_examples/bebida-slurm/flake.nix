{
  description = "Kubernetes on the idle nodes of a Slurm cluster";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-25.05";
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=25.05";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
    bebida.url = "github:RyaxTech/bebida-optimization-service/f3f9436f131e93e94842da25de79f50255452ee9";
    bebida.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    {
      self,
      nixpkgs,
      nxc,
      bebida,
    }:
    let
      system = "x86_64-linux";
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
        composition = ./composition.nix;
        flavours = nixpkgs.lib.getAttrs [
          "vm"
          "g5k-nfs-store"
        ] nxc.lib.flavours;
        extraConfigurations = [ bebida.nixosModules.default ];
      };

      # `nxc build -L` reads this name, although Nix calls it deprecated.
      defaultPackage.${system} = self.packages.${system}."composition::vm";

      devShells.${system}.default = pkgs.mkShell {
        inputsFrom = [ nxc.devShells.${system}.nxcShell ];
        packages = [
          pkgs.just
          pkgs.nixfmt-rfc-style
        ];
      };

      formatter.${system} = pkgs.writeShellScriptBin "fmt" ''
        exec find "''${@:-.}" -name '*.nix' -exec ${pkgs.nixfmt-rfc-style}/bin/nixfmt {} +
      '';
    };
}
