{
  description = "OAR cluster with BDPO power optimization";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-23.05";
    nxc.url = "git+https://gitlab.inria.fr/nixos-compose/nixos-compose.git?ref=23.05";
    nxc.inputs.nixpkgs.follows = "nixpkgs";
    kapack.url = "github:oar-team/nur-kapack/23.05";
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
      pkgs = nixpkgs.legacyPackages.${system};
    in
    {
      packages.${system} = nxc.lib.compose {
        inherit nixpkgs system;
        composition = ./composition.nix;
        setup = ./setup.toml;
        flavours = nixpkgs.lib.getAttrs [
          "g5k-nfs-store"
          "g5k-image"
        ] nxc.lib.flavours;

        # kapack comes as an overlay, without all of NUR. This null keeps nxc from hiding it again.
        NUR = null;
        overlays = [
          (final: _prev: {
            nur.repos.kapack = import "${kapack}/nur.nix" { pkgs = final; };
          })
        ];
        extraConfigurations = [
          kapack.nixosModules.bdpo
          kapack.nixosModules.oar
        ];
      };

      # `nxc build -L` reads this name, although Nix calls it deprecated.
      defaultPackage.${system} = self.packages.${system}."composition::g5k-nfs-store";

      devShells.${system}.default = pkgs.mkShell {
        inputsFrom = [ nxc.devShells.${system}.nxcShell ];
        packages = [ pkgs.just ];
      };

      # The nixfmt of the PATH, 1.0 or newer: that of this release writes another style.
      formatter.${system} = pkgs.writeShellScriptBin "fmt" ''
        exec find "''${@:-.}" -name '*.nix' -exec nixfmt {} +
      '';
    };
}
