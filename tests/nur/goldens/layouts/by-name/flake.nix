{
  outputs = { nixpkgs, ... }: {
    packages.x86_64-linux =
      let pkgs = nixpkgs.legacyPackages.x86_64-linux; in
      pkgs.lib.filesystem.packagesFromDirectoryRecursive {
        inherit (pkgs) callPackage;
        directory = ./pkgs/by-name;
      };
  };
}
